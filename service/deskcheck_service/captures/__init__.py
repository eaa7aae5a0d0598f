"""Photos in, judgements and evidence out."""
