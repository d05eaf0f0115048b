"""What is true of any Go function: scopes, control flow, types, facts."""
