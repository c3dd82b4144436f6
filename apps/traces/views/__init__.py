"""Pages of the traces app: each view reads a request, calls a service or a query, and renders a presenter's context."""
