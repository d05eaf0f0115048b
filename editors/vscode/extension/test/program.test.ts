import * as assert from "node:assert";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { find, inEnvironment, install, run, withGo } from "../src/program";

const scratch = () => fs.mkdtempSync(path.join(os.tmpdir(), "defermod-vscode-"));

function script(text: string): string {
  const file = path.join(scratch(), "program");
  fs.writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return file;
}

test("the first program that says a version is taken", async () => {
  const [good, other] = [script("echo defermod 1.2.3"), script("echo something else")];
  assert.deepStrictEqual(await find(["/no/such/program", other, script("exit 3"), good]), { program: good, version: "1.2.3" });
  assert.strictEqual(await find([other]), undefined);
});

test("a program gets its arguments and its input as they are", async () => {
  const program = script('printf "%s|" "$@"; cat');
  assert.deepStrictEqual(await run(program, ["a b", "$(id)"], { input: "text" }), { code: 0, stdout: "a b|$(id)|text", stderr: "" });
});

test("an environment has its programs where the platform has them", () => {
  assert.strictEqual(inEnvironment("/e", "defermod", "linux"), "/e/bin/defermod");
  assert.strictEqual(inEnvironment("C:\\e", "defermod", "win32"), "C:\\e\\Scripts\\defermod.exe");
});

test("Go is looked for where its installers put it, after PATH", () => {
  const there = (directory: string) => directory === "/usr/local/go/bin" || directory.startsWith("C:");
  assert.deepStrictEqual(withGo({ PATH: "/bin", A: "b" }, "linux", there), { PATH: "/bin:/usr/local/go/bin", A: "b" });
  assert.deepStrictEqual(withGo({}, "darwin", () => false), { PATH: "" });
  assert.deepStrictEqual(withGo({ Path: "C:\\x" }, "win32", there), { Path: "C:\\x;C:\\Program Files\\Go\\bin" });
});

test("what pip says is wrong is what is said", async () => {
  await assert.rejects(install(script('echo "ERROR: no such thing" >&2; echo hint >&2; exit 1'), path.join(scratch(), "venv"), "x"), /ERROR: no such thing/);
});
