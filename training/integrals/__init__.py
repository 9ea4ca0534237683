"""Integrals over the latent plane: log p(x), the posterior, q(z), bounds and estimates of them."""
