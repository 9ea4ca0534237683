"""Addresses: what each page's holds (page_fields), how it is checked (fields, schema), who reads it (session)."""
