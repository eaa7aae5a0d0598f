"""Everything that can be configured, read from the environment once, in ``create_app(settings)`` or the command line.

Each field has a description and, where it is a number, a range; docs/settings.md is written from this file.
"""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from deskcheck_vision.cores import usable_cores
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# The names of ``deskcheck_vision.sessions_choice.SessionName``, held equal by a test: importing it here would load
# onnxruntime with every command.
SessionSetting = Literal["auto", "onnxruntime", "onnxruntime-int8", "openvino", "openvino-bf16", "openvino-int8"]
LogLevel = Literal["debug", "info", "warning", "error"]


def _default_home() -> Path:
    """Folder for the embedded database and the evidence where nothing else was said."""
    return Path("deskcheck-data")


class Settings(BaseSettings):
    """Settings of the service; environment variables carry the prefix ``DESKCHECK_``."""

    # Input is hidden in errors since it may be a key.
    model_config = SettingsConfigDict(env_prefix="DESKCHECK_", extra="ignore", frozen=True, hide_input_in_errors=True)

    database_url: str = Field(
        default="sqlite:///deskcheck-data/deskcheck.db",
        description="SQLAlchemy URL of the database: sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME.",
        min_length=1,
        max_length=2000,
    )
    database_pool_size: int = Field(
        default=10, ge=1, le=200, description="Connections to the database that one process keeps open."
    )
    database_busy_timeout_s: float = Field(
        default=10.0,
        ge=0.1,
        le=120.0,
        description="Seconds that a write waits for the database's lock before the request is answered with 503.",
    )
    evidence_url: str = Field(
        default_factory=lambda: str(_default_home() / "evidence"),
        description="Where evidence pictures are kept: a folder, or any fsspec URL such as s3://BUCKET/FOLDER.",
        min_length=1,
        max_length=2000,
    )
    model_path: Path | None = Field(
        default=None,
        description="Weight file (ONNX) of the detector. Unset: the one that comes with the installation.",
    )
    session: SessionSetting = Field(
        default="onnxruntime",
        description="What runs the model. The default runs everywhere and judges alike everywhere; openvino ones need "
        "the extra [openvino], int8 ones a quantised weight file. auto: the fastest that deskcheck doctor --bench "
        "found to agree with the default on this machine; onnxruntime before it has run.",
    )
    session_record: Path = Field(
        default=_default_home() / "session.json",
        description="Where deskcheck doctor --bench notes the session that auto uses.",
    )
    inference_threads: int = Field(
        default_factory=usable_cores,
        ge=1,
        le=256,
        description="Threads of the inference session. Default: the cores that the process may use, at most "
        "`OMP_NUM_THREADS`; processes that share a machine share its cores better than they share each one.",
    )
    concurrent_judgements: int = Field(
        default=2,
        ge=1,
        le=64,
        description="Photos judged at the same time in one process; the others wait.",
    )
    judgement_wait_s: float = Field(
        default=30.0,
        ge=0.1,
        le=600.0,
        description="Seconds that a photo waits for its turn before the request is answered with 503.",
    )
    scenes_kept: int = Field(
        default=128,
        ge=0,
        le=10_000,
        description="Cameras whose last picture a process keeps, about 2 MB each, to see whether anything changed.",
    )
    unchanged_hours: float = Field(
        default=12.0,
        ge=0.0,
        le=168.0,
        description="Hours after which the model looks at a camera's picture again though nothing changed; 0: always.",
    )
    unchanged_looks: int = Field(
        default=24,
        ge=0,
        le=10_000,
        description="Looks after which the model looks at a camera's picture again though nothing changed.",
    )
    max_photo_mb: int = Field(default=30, ge=1, le=200, description="Largest accepted photo file in MB.")
    max_photo_megapixels: int = Field(
        default=60, ge=1, le=400, description="Largest accepted photo in million pixels, checked before decoding."
    )
    max_layout_kb: int = Field(default=256, ge=1, le=256, description="Largest accepted layout file in kB.")
    session_hours: float = Field(
        default=12.0, ge=0.1, le=720.0, description="Hours after which a log-in ends and has to be repeated."
    )
    cookie_secure: bool | None = Field(
        default=None,
        description="Send the session cookie over HTTPS only. Unset: yes when the request itself came by HTTPS.",
    )
    login_failures_allowed: int = Field(
        default=5, ge=1, le=100, description="Wrong passwords per account and address before log-in is held back."
    )
    login_failures_per_address: int = Field(
        default=50,
        ge=1,
        le=10_000,
        description="Wrong passwords per address, over all accounts, before it is held back.",
    )
    login_hold_s: float = Field(
        default=300.0, ge=1.0, le=86_400.0, description="Seconds for which log-in is held back after too many failures."
    )
    token_days_max: int = Field(default=365, ge=1, le=3650, description="Longest life of an API token in days.")
    undo_minutes: float = Field(
        default=60.0,
        ge=0.0,
        le=10_080.0,
        description="Minutes in which a reviewer can take back their own last decision.",
    )
    clean_looks: int = Field(
        default=2,
        ge=1,
        le=20,
        description="Looks in a row that see the place of a problem without it, after which it is no longer seen.",
    )
    dismissed_quiet_hours: float = Field(
        default=24.0,
        ge=0.0,
        le=720.0,
        description="Hours at most for which a dismissed deviation that stays where it is opens no new problem.",
    )
    webhook_networks: str = Field(
        default="10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fd00::/8",
        max_length=2000,
        description="Networks in which outside systems may be told, by commas. A system whose name leads elsewhere is "
        "told nothing.",
    )
    webhook_timeout_s: float = Field(
        default=10.0, ge=0.1, le=60.0, description="Seconds that an outside system has for accepting one message."
    )
    webhook_tries: int = Field(
        default=40, ge=1, le=1000, description="Tries after which a message to an outside system is dead."
    )
    webhook_give_up_hours: float = Field(
        default=72.0, ge=0.0, le=8760.0, description="Age in hours at which a message that fails again is dead."
    )
    queue_page_size: int = Field(default=50, ge=1, le=200, description="Findings on one page of the review queue.")
    audit_look_back_days: int = Field(
        default=7,
        ge=0,
        le=31,
        description="Days back for which rounds that were due while the service was down are recorded as missed.",
    )
    default_language: Literal["zh", "en"] = Field(
        default="zh", description="Language of pages and messages where neither the user nor the browser says one."
    )
    audit: Literal["embedded", "queue", "off"] = Field(
        default="embedded",
        description="Who makes scheduled rounds. embedded: threads inside deskcheck serve. queue: deskcheck worker on "
        "any number of machines, over one PostgreSQL. off: nobody, unless deskcheck audit run is started by hand.",
    )
    audit_cameras_at_once: int = Field(
        default=32,
        ge=1,
        le=512,
        description="Cameras that one process looks at at the same time; most of them are being waited for.",
    )
    audit_silent_at_once: int = Field(
        default=8,
        ge=1,
        le=512,
        description="Of cameras that did not answer when they were last asked, so many are asked at the same time, "
        "beside the others.",
    )
    audit_per_host: int = Field(
        default=8,
        ge=1,
        le=512,
        description="Cameras of one address, such as a recorder's, that one process looks at at the same time.",
    )
    audit_memory_mb: int = Field(
        default=1024,
        ge=64,
        le=1_000_000,
        description="Memory for frames that cameras have sent and that are not judged yet, in MB; cameras beyond wait.",
    )
    audit_hold_s: float = Field(
        default=60.0,
        ge=2.0,
        le=3600.0,
        description="Seconds after which a visit whose worker is silent is taken over by another.",
    )
    audit_retry_s: float = Field(
        default=15.0,
        ge=0.1,
        le=3600.0,
        description="Seconds before a visit that failed is tried again; twice as long after each further failure.",
    )
    log_level: LogLevel = Field(default="info", description="Least important level that is logged.")
    metrics_token: SecretStr | None = Field(
        default=None,
        min_length=16,
        max_length=200,
        description="Token that Prometheus sends as bearer to read /metrics. Unset: this machine alone may read it.",
    )
    ready_free_mb: int = Field(
        default=500,
        ge=0,
        le=1_000_000,
        description="MB that must be free where evidence is kept for /readyz to say that the process is ready.",
    )
    log_json: bool = Field(default=False, description="Write log lines as JSON, for machines, instead of plain text.")

    secret_keys: SecretStr | None = Field(
        default=None,
        max_length=2000,
        description="Keys that encrypt stored passwords of cameras and secrets of webhooks, the current one first, by "
        "commas. Unset: those of the key file. deskcheck secrets new-key makes one.",
    )
    secret_key_file: Path | None = Field(
        default=None,
        description="File with these keys, one a line; made for its owner alone where there is none. Unset: "
        "secret-keys beside the SQLite file, else deskcheck-data/secret-keys.",
    )

    camera_networks: str = Field(
        default="10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7",
        max_length=2000,
        description="Networks that cameras may be in, by commas; nothing else is ever connected to. Loopback, "
        "link-local and the like only where a network within them is listed.",
    )
    camera_ports: str = Field(
        default="80,443,554,8000-8999,10554",
        max_length=500,
        description="Ports that cameras may be asked at, by commas, with ranges.",
    )
    camera_connect_s: float = Field(
        default=5.0, ge=0.1, le=60.0, description="Seconds until the connection to a camera must stand."
    )
    camera_first_frame_s: float = Field(
        default=15.0, ge=0.1, le=120.0, description="Seconds from then until its first whole picture."
    )
    camera_stall_s: float = Field(
        default=8.0,
        ge=0.1,
        le=60.0,
        description="Seconds for which a camera may be silent.",
    )
    camera_tls_verify: bool = Field(default=True, description="Check the certificates of cameras addressed by https.")
    camera_ca_file: Path | None = Field(
        default=None, description="Authorities (PEM) trusted for these. Unset: those of the system."
    )
    media_folder: Path | None = Field(
        default=None,
        description="Folder below which films and folders of pictures may stand in for cameras. Unset: none may.",
    )

    @field_validator("camera_networks")
    @classmethod
    def _networks(cls, text: str) -> str:
        from ipaddress import ip_network

        for word in text.replace(",", " ").split():
            ip_network(word)
        return text

    @field_validator("camera_ports")
    @classmethod
    def _ports(cls, text: str) -> str:
        for word in text.replace(",", " ").split():
            low, _, high = word.partition("-")
            if not 1 <= int(low) <= int(high or low) <= 65535:
                raise ValueError(f"not a range of ports: {word}")
        return text

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if not url.startswith(("sqlite:", "postgresql:", "postgresql+psycopg:", "postgres:")):
            raise ValueError("only sqlite:///PATH and postgresql://... are supported")
        return url

    @field_validator("webhook_networks")
    @classmethod
    def _known_networks(cls, text: str) -> str:
        for part in text.replace(",", " ").split():
            ip_network(part)
        return text

    @property
    def max_photo_bytes(self) -> int:
        """Largest accepted photo file in bytes."""
        return self.max_photo_mb * 1024 * 1024

    @property
    def max_photo_pixels(self) -> int:
        """Largest accepted photo in pixels."""
        return self.max_photo_megapixels * 1_000_000
