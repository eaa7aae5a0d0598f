"""Pictures: taxonomy, decoding, quality, detection, privacy masking, overlay."""
