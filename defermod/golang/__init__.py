"""Facts that hold for any Go function: scopes, control flow, types."""
