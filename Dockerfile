# The gateway and the control plane in one image. The command chooses: the gateway by default,
# dist/apps/control-plane/src/main.js for the control plane, dist/apps/control-plane/src/migrate.js
# for its migrations.

FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The compiler needs no install script of any package.
RUN npm install --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY apps apps
COPY libs libs
RUN npm run build && rm -f dist/.tsbuildinfo

FROM node:24.21.0-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm install --omit=dev --ignore-scripts

FROM node:24.21.0-bookworm-slim
LABEL org.opencontainers.image.title="AI gateway" \
      org.opencontainers.image.description="One OpenAI-compatible endpoint in front of every model provider" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY apps/control-plane/migrations apps/control-plane/migrations
COPY --from=build /app/dist dist
USER 65532:65532
# The gateway listens on 5563, the control plane on 5560.
EXPOSE 5563 5560
# Node is process 1 and handles SIGTERM itself, so no init stands in between.
ENTRYPOINT ["node"]
CMD ["dist/apps/gateway/src/main.js"]
