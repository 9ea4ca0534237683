"""Addresses: what each page has in its own (page_fields), checked by fields and schema, read by session."""
