"""Addresses: what each may hold (fields, scene, question, widgets), and who reads and writes it (session)."""
