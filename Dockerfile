# SmartMarket, trois images d’un seul fichier :
#   shop   web, worker, beat, migrations, sauvegardes (le rôle est la commande)       docker build --target shop .
#   nginx  le serveur devant la boutique                                              docker build --target nginx .
#   dev    pour docker-compose.dev.yaml : compile à chaque changement                 docker build --target dev .
#
# Sans accès aux registres de paquets de Rust et de npm, les binaires se donnent tout faits :
#   docker build --target shop --build-arg BINARIES=prebuilt --build-context bin=DOSSIER .
#   où DOSSIER contient smartmarket et smartmarket-worker, compilés pour la même Debian.

ARG DEBIAN=bookworm
ARG RUST=1.95
ARG NODE=20
ARG POSTGRES=15
ARG BINARIES=built

# --- Feuilles de style, scripts, icônes ---------------------------------------------------------------------------------
FROM node:${NODE}-bookworm-slim AS assets
WORKDIR /build/assets
COPY assets/package.json assets/package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
COPY assets ./
RUN node build.mjs

# --- Binaires -----------------------------------------------------------------------------------------------------------
FROM rust:${RUST}-slim-bookworm AS built
WORKDIR /build
ENV SQLX_OFFLINE=true CARGO_TERM_COLOR=never
COPY Cargo.toml Cargo.lock ./
COPY .sqlx .sqlx
COPY migrations migrations
COPY src src
COPY --from=assets /build/assets/dist assets/dist
ARG GIT_SHA=unknown
# Les dépendances et les objets restent dans le cache de BuildKit, pas dans une couche ; les binaires en sortent.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    GIT_SHA=${GIT_SHA} cargo build --release --locked --bins \
 && install -D -t /out target/release/smartmarket target/release/smartmarket-worker

FROM debian:${DEBIAN}-slim AS prebuilt
COPY --from=bin smartmarket smartmarket-worker /out/

# hadolint ignore=DL3006
FROM ${BINARIES} AS binaries

# --- pg_dump, pg_restore, psql : mêmes versions que le serveur, sans le reste de leur paquet ------------------------------
FROM debian:${DEBIAN}-slim AS pgtools
ARG POSTGRES
RUN apt-get update \
 && apt-get install -y --no-install-recommends "postgresql-client-${POSTGRES}" \
 && install -D -t /out/bin "/usr/lib/postgresql/${POSTGRES}/bin/pg_dump" "/usr/lib/postgresql/${POSTGRES}/bin/pg_restore" \
      "/usr/lib/postgresql/${POSTGRES}/bin/psql" \
 && rm -rf /var/lib/apt/lists/*

# --- L’image de la boutique ---------------------------------------------------------------------------------------------
FROM debian:${DEBIAN}-slim AS shop
ARG TAG=dev
LABEL org.opencontainers.image.title="SmartMarket" org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${TAG}"
# libpq et readline pour psql ; age pour chiffrer les sauvegardes ; redis-tools n’est pas nécessaire.
RUN apt-get update \
 && apt-get install -y --no-install-recommends age ca-certificates libpq5 libreadline8 tzdata \
 && rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log \
 && groupadd --gid 10001 smartmarket \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /srv --shell /usr/sbin/nologin smartmarket \
 && install -d -o 10001 -g 10001 /srv /srv/media /srv/indexes /srv/static /srv/backups
COPY --from=pgtools /out/bin/ /usr/local/bin/
COPY --from=binaries /out/smartmarket /out/smartmarket-worker /usr/local/bin/
COPY deploy/docker/health deploy/docker/migrate /usr/local/bin/
COPY scripts/backup.sh scripts/restore.sh /opt/smartmarket/scripts/
COPY scripts/lib/say.sh scripts/lib/dotenv.sh scripts/lib/backup.sh /opt/smartmarket/scripts/lib/
USER 10001:10001
WORKDIR /srv
ENV SMARTMARKET_ENV=production LISTEN_ADDR=0.0.0.0:8000 MEDIA_DIR=/srv/media INDEX_DIR=/srv/indexes BACKUP_DIR=/srv/backups LOG_FORMAT=json \
    SMARTMARKET_IN_CONTAINER=1 SMARTMARKET_VERSION="${TAG}" PSQL_HISTORY=/dev/null
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --start-interval=1s --retries=3 CMD ["health", "/health/live/"]
CMD ["smartmarket", "serve"]

# --- L’image de nginx -----------------------------------------------------------------------------------------------------
FROM debian:${DEBIAN}-slim AS nginx
RUN apt-get update \
 && apt-get install -y --no-install-recommends nginx-light libnginx-mod-http-brotli-static \
 && rm -rf /var/lib/apt/lists/* /etc/nginx /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log \
 && useradd --uid 10002 --user-group --no-create-home --shell /usr/sbin/nologin shopfront \
 && install -d -o 10002 -g 10002 /run/nginx /srv/acme \
 && install -d /srv/static /srv/media \
 && ln -s /run/nginx /etc/nginx
COPY deploy/nginx /opt/smartmarket/nginx
COPY nginx.conf /opt/smartmarket/nginx/nginx.conf
COPY deploy/docker/health /usr/local/bin/
USER 10002:10002
ENV NGINX_RUN=/run/nginx NGINX_WEB=web
EXPOSE 8080 8443
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --start-interval=1s --retries=3 CMD ["health", "/_sante", "8081"]
ENTRYPOINT ["/opt/smartmarket/nginx/start.sh"]

# --- Développement : la source est montée, cargo compile quand elle change ---------------------------------------------------
FROM rust:${RUST}-slim-bookworm AS dev
RUN apt-get update \
 && apt-get install -y --no-install-recommends inotify-tools libpq5 postgresql-client redis-tools \
 && rm -rf /var/lib/apt/lists/*
COPY deploy/docker/health deploy/docker/watch /usr/local/bin/
WORKDIR /src
ENV CARGO_TARGET_DIR=/target SQLX_OFFLINE=true LISTEN_ADDR=0.0.0.0:8000 MEDIA_DIR=/srv/media
EXPOSE 8000
CMD ["watch", "smartmarket", "serve"]
