# One image for every process of the desk; the command says which. glibc, because Temporal's native core is built for it.
ARG NODE=node:20.20.2-bookworm-slim

FROM ${NODE} AS build
WORKDIR /desk
COPY package.json package-lock.json .npmrc ./
# Install scripts serve the local stack only; what runs here is prebuilt.
RUN npm ci --ignore-scripts
COPY . .
# Generating the client needs no engine, but Prisma would download one unless a path is named: any file that exists will do.
RUN PRISMA_SCHEMA_ENGINE_BINARY=package.json CHECKPOINT_DISABLE=1 npx prisma generate \
 && npx tsc -p tsconfig.build.json \
 && node api/browser/build.mjs dist/api/browser/dist \
 && npm prune --omit=dev --ignore-scripts

FROM ${NODE}
# The native core of the worker looks for authorities even when it speaks to no TLS server.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production
WORKDIR /desk
COPY --from=build /desk/package.json /desk/LICENSE ./
COPY --from=build /desk/node_modules ./node_modules
COPY --from=build /desk/prisma/migrations ./prisma/migrations
COPY --from=build /desk/dist ./dist
USER node
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.API_PORT || 8080}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Others: dist/runtime/worker.js, dist/runtime/migrate.js, dist/runtime/codec-server.js, dist/runtime/cli/sos.js
CMD ["node", "dist/runtime/server.js"]
