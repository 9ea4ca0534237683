"""The families of models, one file each. registry.py lists them."""

from training.families.family import ABILITIES, Batch, Family, LabelModel, Term
from training.families.latent import Autoencoder, LatentModel
from training.families.registry import (
    FAMILIES,
    able,
    add_options,
    all_fields,
    build,
    configured,
    fields_of,
    register,
    saved,
)

__all__ = [
    "ABILITIES",
    "FAMILIES",
    "Autoencoder",
    "Batch",
    "Family",
    "LabelModel",
    "LatentModel",
    "Term",
    "able",
    "add_options",
    "all_fields",
    "build",
    "configured",
    "fields_of",
    "register",
    "saved",
]
