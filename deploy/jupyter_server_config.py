"""A tile in JupyterLab's launcher, with which jupyter-server-proxy starts the app for one person."""

c.ServerProxy.servers = {  # noqa: F821  (c is what Jupyter reads)
    "explorer": {
        "command": ["latent-explorer", "--server.port", "{port}", "--server.headless", "true"],
        "timeout": 60,
        "launcher_entry": {"title": "Latent space explorer"},
    }
}
