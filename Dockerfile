# Builds the image of the Worker for a machine of one's own: workerd with the database, the store and the queues in one folder, as
# `npm start` runs it. The builder has an image of its own (builder/Dockerfile), and compose.yaml starts both. `npm run images` builds
# the console and the Worker first, and then this image, from the root of the repository after `npm ci`. The image holds no secret.

# BASE: any Debian-like image with Python 3.11 or newer, for the small program that ends workerd with its parent.
ARG BASE=python:3.12-slim-bookworm
FROM ${BASE}
ARG CA=
RUN if [ -n "${CA}" ]; then printf '%s\n' "${CA}" >> /etc/ssl/certs/ca-certificates.crt; fi; \
  echo 'slipway:x:10001:0::/var/lib/slipway:/usr/sbin/nologin' >> /etc/passwd \
  && mkdir --mode=0770 /var/lib/slipway && chown 10001:0 /var/lib/slipway
ENV NODE_EXTRA_CA_CERTS=${CA:+/etc/ssl/certs/ca-certificates.crt}

# What changes seldom comes first. .dockerignore allows only what a start of a prepared Worker reads.
COPY node_modules/node/bin/node /usr/local/bin/node
WORKDIR /slipway
COPY node_modules/@cloudflare node_modules/@cloudflare
COPY node_modules/workerd node_modules/workerd
COPY node_modules/miniflare node_modules/miniflare
COPY node_modules/undici node_modules/undici
COPY node_modules/ws node_modules/ws
COPY node_modules/zod node_modules/zod
COPY node_modules/drizzle-orm node_modules/drizzle-orm
COPY node_modules/web-tree-sitter node_modules/web-tree-sitter
COPY node_modules/tree-sitter-python node_modules/tree-sitter-python
COPY node_modules/tree-sitter-go node_modules/tree-sitter-go
COPY package.json package-lock.json wrangler.toml README.md ARCHITECTURE.md CONTRIBUTING.md CHANGELOG.md SECURITY.md ./
COPY migrations migrations
COPY builder builder
COPY docs docs
COPY scripts/backup scripts/backup
COPY scripts/cli-docs scripts/cli-docs
COPY scripts/local scripts/local
COPY scripts/machine scripts/machine
COPY scripts/site scripts/site
COPY scripts/standby scripts/standby
COPY scripts/start.cjs scripts/start.ts scripts/backup.ts scripts/restore.ts scripts/standby.ts scripts/console-bundle.ts scripts/
COPY src src
COPY public public
COPY node_modules/.cache/slipway node_modules/.cache/slipway

# A checkout made under umask 077 is closed to the user below.
RUN find /slipway /usr/local/bin/node ! -perm -go+r -exec chmod go+rX {} + \
  && mkdir node_modules/.cache/slipway/compiled && chown 10001:0 node_modules/.cache/slipway/compiled
USER 10001:0
# Starts it once: a file that is missing ends the build, and what Node has compiled halves the time of later starts. Node keeps it by user.
RUN export SLIPWAY_STATE=/tmp/slipway BUILDER_URL=http://127.0.0.1:1 BUILDER_TOKEN=unused-unused-unused-unused-unused \
  && (timeout --signal=INT 120 node scripts/start.cjs --no-demo & \
    until python3 -I -S -B builder/host-python/check_health.py 8080 /healthz 200 2> /tmp/health; \
    do sleep 0.5; kill -0 $! || exit 1; done; kill -INT $!; wait $! || true) \
  && rm -rf /tmp/slipway /tmp/health

# The state is in a folder below the volume, so that a restored one can take its place at once.
ENV SLIPWAY_STATE=/var/lib/slipway/state SLIPWAY_BIND=0.0.0.0
VOLUME /var/lib/slipway
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["sh", "-c", "exec python3 -I -S -B builder/host-python/check_health.py ${PORT:-8080} /healthz 200"]
ENTRYPOINT ["node"]
CMD ["scripts/start.cjs", "--no-demo"]
