# The dashboard and the command line, without compilers, package managers of Python or root. Chromium draws the charts
# of the reports; --build-arg REPORTS=no leaves it out, and the pages then say that no report can be made.
#
#   docker build --tag hailong .
#   docker run --rm -v hailong:/data -v "$PWD/deliveries:/deliveries:ro" hailong load /deliveries/vss-2026
#   docker run --init -v hailong:/data -p 127.0.0.1:8501:8501 hailong

FROM python:3.13.14-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN python -m venv --without-pip /opt/hailong
# The pinned packages first: this layer is built again only when a pin changes.
COPY requirements.txt ./
RUN pip --python /opt/hailong/bin/python install --require-hashes --requirement requirements.txt
COPY . .
RUN pip --python /opt/hailong/bin/python install --no-deps .

FROM python:3.13.14-slim-trixie
ARG REPORTS=yes
# The newest of the release: a browser is pinned by nobody who wants its security updates.
# hadolint ignore=DL3008
RUN if [ "$REPORTS" = yes ]; then \
        apt-get update && apt-get install --yes --no-install-recommends chromium && rm -rf /var/lib/apt/lists/*; \
    fi
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin hailong \
    && install --directory --owner=hailong --group=hailong /data
COPY --from=build /opt/hailong /opt/hailong
ENV PATH="/opt/hailong/bin:$PATH" \
    HAILONG_WAREHOUSE=/data/warehouse \
    HOME=/data \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
ENTRYPOINT ["hailong"]
CMD ["serve", "--address", "0.0.0.0", "--port", "8501"]
