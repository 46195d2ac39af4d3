# One image for every role; the command says which. The lock file decides what is in it.
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements.txt ./
RUN python -m venv /opt/uproar && /opt/uproar/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
RUN /opt/uproar/bin/pip install --no-cache-dir --no-deps --no-build-isolation . && \
    /opt/uproar/bin/python -P -m workers.grammar

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/uproar --create-home uproar && \
    install -d -o uproar -m 0700 /var/backups/uproar
COPY --from=build /opt/uproar /opt/uproar
COPY watches /etc/uproar/watches
ENV PATH=/opt/uproar/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    UPROAR_DATA_DIR=/var/lib/uproar \
    UPROAR_WATCH_DIR=/etc/uproar/watches
USER uproar
WORKDIR /var/lib/uproar
ENTRYPOINT ["uproar"]
CMD ["--help"]
