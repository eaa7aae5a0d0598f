"""The queue's seeding for the benchmark; the integration tests use the same."""

from tests.support.seed_queue import seed_queue

__all__ = ["seed_queue"]
