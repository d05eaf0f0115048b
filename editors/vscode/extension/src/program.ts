// Where the defermod program is, and how it is installed.  Nothing here needs the editor.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";

export interface Answer {
  code: number;
  stdout: string;
  stderr: string;
}

type Environment = Record<string, string | undefined>;

/** The environment with the directories where Go's installers put it behind those of PATH: an editor that is started
 * from a desktop has not read the shell's settings. */
export function withGo(
  environment: Environment = process.env,
  platform: string = process.platform,
  there: (directory: string) => boolean = existsSync,
): Environment {
  const windows = platform === "win32";
  const usual = windows
    ? ["C:\\Program Files\\Go\\bin"]
    : ["/usr/local/go/bin", "/usr/local/bin", "/opt/homebrew/bin", "/usr/lib/go/bin", "/snap/bin"];
  // Windows' names are the same in any case, and a copy of its environment forgets that.
  const name = Object.keys(environment).find((key) => (windows ? key.toUpperCase() : key) === "PATH") ?? "PATH";
  const parts = [environment[name] ?? "", ...usual.filter(there)].filter(Boolean);
  return { ...environment, [name]: parts.join(windows ? ";" : ":") };
}

/** Runs a program to its end.  It gets its arguments as they are: no shell is involved. */
export function run(program: string, args: string[], options: { cwd?: string; input?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      { cwd: options.cwd, env: withGo(), maxBuffer: 256 * 1024 * 1024, encoding: "utf8" },
      (error, stdout, stderr) => {
        if (error && typeof error.code !== "number") reject(error);
        else resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
      },
    );
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(options.input ?? "");
  });
}

/** The program inside a virtual environment. */
export function inEnvironment(environment: string, name: string, platform: string = process.platform): string {
  return platform === "win32"
    ? path.win32.join(environment, "Scripts", `${name}.exe`)
    : path.posix.join(environment, "bin", name);
}

/** The first of the candidates that runs and says its version; undefined if none does. */
export async function find(candidates: string[]): Promise<{ program: string; version: string } | undefined> {
  for (const program of candidates) {
    try {
      const said = await run(program, ["--version"]);
      const version = /^defermod (\S+)/.exec(said.stdout)?.[1];
      if (said.code === 0 && version) return { program, version };
    } catch {
      // Not there, or not a program: the next one may be.
    }
  }
  return undefined;
}

/** Installs a requirement into a virtual environment, which is made if need be.  Throws with pip's last line. */
export async function install(python: string, environment: string, requirement: string): Promise<string> {
  await fs.mkdir(path.dirname(environment), { recursive: true });
  for (const [program, args] of [
    [python, ["-m", "venv", environment]],
    [inEnvironment(environment, "python"), ["-m", "pip", "install", "--quiet", "--upgrade", requirement]],
  ] as const) {
    const done = await run(program, [...args]);
    if (done.code !== 0) {
      const lines = done.stderr.trim().split("\n");
      throw new Error(lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? `${program} ended with ${done.code}`);
    }
  }
  return inEnvironment(environment, "defermod");
}
