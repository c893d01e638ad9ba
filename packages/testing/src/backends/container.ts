import type { Engine } from "./engine.ts";

export interface ContainerOptions {
  readonly image: string;
  /** What it listens on, which this machine reaches on loopback alone. */
  readonly port: number;
  /** The port of this machine; any that is free without it, and another one after each start. */
  readonly hostPort?: number;
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Directories of this machine, and where it has them. */
  readonly mounts?: readonly (readonly [source: string, target: string, mode?: "ro"])[];
  /** With "host" it shares this machine's network, and the port is the machine's own. */
  readonly network?: string | undefined;
  /** What others in its network call it. */
  readonly alias?: string;
  readonly user?: string | undefined;
  /** No capability, no way to gain one, no file of its own to change. */
  readonly hardened?: true;
  /** What it logs when it is ready, and how often it does so until then. */
  readonly ready: RegExp;
  readonly times?: number;
}

/** A container that is ready. */
export interface Container {
  /** Where it is reached on 127.0.0.1. */
  readonly port: number;
  log(): string;
  /** Ends it in order, and begins it again with the files that it had. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops its processes where they are; its connections stay open and silent. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends it without a warning (SIGKILL). */
  kill(): Promise<void>;
  /** Ends it in order, removes it and gives its exit code. */
  close(): Promise<number>;
}

/** Starts a container by Testcontainers and resolves once it is ready. */
export async function startContainer(
  engine: Engine,
  { image, port, command = [], env = {}, mounts = [], ready, ...options }: ContainerOptions,
): Promise<Container> {
  // Nobody who tests without a container pays for loading this.
  const { GenericContainer, Wait } = await import("testcontainers");
  const { alias, hardened = false, hostPort = "", network, times, user } = options;
  const isOpen = network !== "host";
  class LoopbackContainer extends GenericContainer {
    constructor() {
      super(image);
      if (hardened) {
        this.hostConfig.ReadonlyRootfs = true;
        this.withDroppedCapabilities("ALL").withSecurityOpt("no-new-privileges");
      }
      if (user !== undefined) this.withUser(user);
      if (command.length > 0) this.withCommand([...command]);
      if (network !== undefined) this.withNetworkMode(network);
      if (alias !== undefined) this.withNetworkAliases(alias);
      if (isOpen) {
        this.withExposedPorts(port);
        this.hostConfig.PortBindings = {
          [`${port}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: String(hostPort) }],
        };
      }
    }
  }
  const heard: string[] = [];
  const container = new LoopbackContainer()
    .withEnvironment(env)
    .withLabels(engine.labels)
    .withBindMounts(
      mounts.map(([source, target, mode]) => ({ source, target, ...(mode && { mode }) })),
    )
    .withLogConsumer((stream) => void stream.on("data", (text) => heard.push(String(text))))
    .withWaitStrategy(Wait.forLogMessage(ready, times))
    // Its own way to clean up needs another image; the labels are enough for us.
    .withAutoCleanup(false);
  const started = await container.start().catch((error: unknown) => {
    throw new Error(`${image} did not start: ${error}\n${heard.join("")}`);
  });
  const id = started.getId();
  return {
    port: isOpen ? started.getMappedPort(port) : port,
    log: () => heard.join(""),
    async stop() {
      await engine.run("stop", "--time", "10", id);
    },
    async start() {
      await engine.run("start", id);
    },
    async pause() {
      await engine.run("pause", id);
    },
    async resume() {
      await engine.run("unpause", id);
    },
    async kill() {
      await engine.run("kill", id);
    },
    async close() {
      await engine.run("stop", "--time", "10", id);
      const code = await engine.run("inspect", "--format", "{{.State.ExitCode}}", id);
      await engine.run("rm", "--volumes", id);
      return Number(code);
    },
  };
}
