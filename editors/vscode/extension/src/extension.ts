import * as path from "node:path";
import * as vscode from "vscode";
import { LanguageClient } from "vscode-languageclient/node";
import { find, inEnvironment, install, run, withGo } from "./program";

const FIXED = "defermod-fixed";
const EXPLAINED = "defermod-explained";

let client: LanguageClient | undefined;
let program = "defermod";

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const environment = path.join(context.globalStorageUri.fsPath, "venv");
  const fixed = new Texts();
  const explained = new Texts();
  const on = (name: string, action: () => unknown) => vscode.commands.registerCommand(`defermod.${name}`, action);
  context.subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider(FIXED, fixed),
    vscode.workspace.registerTextDocumentContentProvider(EXPLAINED, explained),
    on("previewFix", () => preview(fixed)),
    on("fixFile", fixFile),
    on("fixAll", () => ask("defermod.fixWorkspace")),
    on("explainName", () => explainName(explained)),
    on("install", () => installed(environment)),
    on("restart", () => start(environment)),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("defermod.path")) void start(environment);
    }),
  );
  await start(environment);
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

const settings = () => vscode.workspace.getConfiguration("defermod");

/** Starts the language server, or asks whether to install one. */
async function start(environment: string): Promise<void> {
  await client?.stop();
  client = undefined;
  const named = settings().get<string>("path", "");
  const found = await find(named ? [named] : ["defermod", inEnvironment(environment, "defermod")]);
  if (!found) {
    const said = named ? `${named} is no defermod program.` : "The defermod program was not found.";
    const choice = await vscode.window.showWarningMessage(said, ...(named ? ["Settings"] : ["Install", "Settings"]));
    if (choice === "Install") await installed(environment);
    if (choice === "Settings") await vscode.commands.executeCommand("workbench.action.openSettings", "defermod.path");
    return;
  }
  program = found.program;
  const server = { command: program, args: ["lsp"], options: { env: withGo() } };
  client = new LanguageClient("defermod", "defermod", server, {
    documentSelector: [{ language: "go", scheme: "file" }],
  });
  await client.start();
}

async function installed(environment: string): Promise<void> {
  const title = "Installing defermod";
  try {
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
      install(settings().get("python", "python3"), environment, settings().get("installFrom", "defermod[lsp]")),
    );
  } catch (error) {
    void vscode.window.showErrorMessage(`defermod could not be installed: ${(error as Error).message}`);
    return;
  }
  await start(environment);
}

/** Texts that nobody edits: what fixes would make, for the right side of a diff, and explanations. */
class Texts implements vscode.TextDocumentContentProvider {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;

  set(uri: vscode.Uri, text: string): void {
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }
}

/** Shows what the safe fixes of the active file would make of its text, saved or not. */
async function preview(fixed: Texts): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId !== "go" || document.uri.scheme !== "file") return;
  const file = document.uri.fsPath;
  const done = await run(program, ["fix", "-", "--stdin-filename", file, "--quiet"], {
    cwd: path.dirname(file),
    input: document.getText(),
  });
  if (done.code !== 0) {
    void vscode.window.showErrorMessage(`defermod: ${done.stderr.trim().split("\n").at(-1) ?? "it failed"}`);
  } else if (done.stdout === document.getText()) {
    void vscode.window.showInformationMessage("defermod: there is nothing to fix that is safe in this file.");
  } else {
    const after = document.uri.with({ scheme: FIXED });
    fixed.set(after, done.stdout);
    const title = `${path.basename(file)}: with the safe fixes of defermod`;
    await vscode.commands.executeCommand("vscode.diff", document.uri, after, title);
  }
}

async function fixFile(): Promise<void> {
  await vscode.commands.executeCommand("editor.action.codeAction", { kind: "source.fixAll.defermod", apply: "first" });
}

/** Has the language server run a command. */
async function ask(command: string): Promise<void> {
  if (client?.isRunning()) await client.sendRequest("workspace/executeCommand", { command, arguments: [] });
  else void vscode.window.showWarningMessage("defermod: the language server is not running.");
}

/** Shows the page of a name, as the Markdown that it is. */
async function explainName(explained: Texts): Promise<void> {
  const name = await vscode.window.showInputBox({ prompt: "A rule, a code or an assumption", value: "defer-in-loop" });
  if (!name) return;
  const done = await run(program, ["explain", "--", name]);
  if (done.code !== 0) {
    void vscode.window.showWarningMessage(done.stderr.trim());
    return;
  }
  const page = vscode.Uri.from({ scheme: EXPLAINED, path: `${name}.md` });
  explained.set(page, done.stdout);
  await vscode.commands.executeCommand("markdown.showPreviewToSide", page);
}
