"""The REST API under /api/v1/ and the tokens that open it. In Python it is used through `afterthought`."""
