# Stands in for node:24-bookworm-slim; its context is made by `make`.
FROM debian:bookworm-slim
COPY node/package/bin/node /usr/local/bin/
COPY node/package/LICENSE /usr/local/
COPY npm/package /usr/local/lib/node_modules/npm
RUN cd /usr/local/bin \
  && ln -s ../lib/node_modules/npm/bin/npm-cli.js npm \
  && ln -s ../lib/node_modules/npm/bin/npx-cli.js npx \
  && chmod +x ../lib/node_modules/npm/bin/*-cli.js \
  && useradd --uid 1000 --create-home node
CMD ["node"]
