# The app with its shipped runs, for an ordinary user, on processors alone; docs/deploying.md says how to run it.

FROM python:3.12-slim AS wheel
WORKDIR /source
COPY .gitignore LICENSE README.md pyproject.toml ./
COPY checkpoints checkpoints
COPY explorer explorer
COPY training training
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.12-slim
# From PyTorch's own index: PyPI's Linux wheels bring some 5 GB of CUDA.
RUN pip install --no-cache-dir --index-url https://download.pytorch.org/whl/cpu "torch>=2.6" "torchvision>=0.21"
# The other dependencies: made again only when the list changes.
COPY pyproject.toml /tmp/pyproject.toml
RUN python -c "import tomllib; print(*tomllib.load(open('/tmp/pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" > /tmp/requirements.txt \
    && pip install --no-cache-dir -r /tmp/requirements.txt
RUN --mount=type=bind,from=wheel,source=/wheels,target=/wheels pip install --no-cache-dir --no-deps /wheels/*.whl

# Own runs and unpacked data sets are the only things that are written; the shipped runs are in the package.
RUN useradd --uid 1000 --create-home explorer && install --directory --owner explorer /data
USER explorer
WORKDIR /data
VOLUME /data
# MALLOC_...: memory that is given up goes back to the system at once (docs/deploying.md has the figures).
ENV XDG_DATA_HOME=/data XDG_CACHE_HOME=/data/cache \
    MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=131072 MALLOC_TRIM_THRESHOLD_=131072 \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 STREAMLIT_SERVER_PORT=8501 STREAMLIT_SERVER_HEADLESS=true
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['STREAMLIT_SERVER_PORT'] + '/_stcore/health', timeout=4)"]
CMD ["latent-explorer"]
