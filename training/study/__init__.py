"""Several seeds of a family: trained, measured, compared, put into words."""
