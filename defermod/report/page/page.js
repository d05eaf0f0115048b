"use strict";
(() => {
  const files = JSON.parse(document.getElementById("data").textContent);
  const main = document.getElementById("cards");
  const cards = [...main.querySelectorAll(".card")];
  const boxes = [...main.querySelectorAll("input[type=checkbox]")];
  const unitOf = (box) => files[box.dataset.file].units[box.dataset.unit];
  const CONTEXT = 3;

  // --- the patch of what is ticked ---

  const marked = (mark, lines) =>
    lines.map((line) => (line.endsWith("\n") ? mark + line : mark + line + "\n\\ No newline at end of file\n")).join("");

  const range = (start, size) => (size === 1 ? `${start + 1}` : `${size ? start + 1 : start},${size}`);

  // Only what a patch can quote is in the page.
  const slice = (file, start, end) => Array.from({ length: end - start }, (_, at) => file.lines[start + at]);

  function filePatch(file, changes) {
    const hunks = [];
    for (const change of [...changes].sort((a, b) => a.start - b.start || a.end - b.end)) {
      const last = hunks[hunks.length - 1];
      if (last && change.start - last[last.length - 1].end <= 2 * CONTEXT) last.push(change);
      else hunks.push([change]);
    }
    let shift = 0;
    let out = file.header;
    for (const hunk of hunks) {
      const start = Math.max(0, hunk[0].start - CONTEXT);
      const end = Math.min(file.size, hunk[hunk.length - 1].end + CONTEXT);
      let body = "", at = start, grown = 0;
      for (const change of hunk) {
        body += marked(" ", slice(file, at, change.start));
        body += marked("-", slice(file, change.start, change.end)) + marked("+", change.new);
        grown += change.new.length - (change.end - change.start);
        at = change.end;
      }
      body += marked(" ", slice(file, at, end));
      out += `@@ -${range(start, end - start)} +${range(start + shift, end - start + grown)} @@\n${body}`;
      shift += grown;
    }
    return out;
  }

  function patch() {
    const ticked = boxes.filter((box) => box.checked);
    return files
      .map((file, number) => {
        const changes = ticked.filter((box) => +box.dataset.file === number).flatMap((box) => unitOf(box).changes);
        return changes.length ? filePatch(file, changes) : "";
      })
      .join("");
  }

  const touch = (a, b) => a.start <= b.end && b.start <= a.end;

  // Two fixes of the same lines can't both be taken: the one ticked last stays.
  function release(box) {
    for (const other of boxes) {
      if (other === box || !other.checked || other.dataset.file !== box.dataset.file) continue;
      if (unitOf(box).changes.some((a) => unitOf(other).changes.some((b) => touch(a, b)))) other.checked = false;
    }
  }

  function count() {
    const ticked = boxes.filter((box) => box.checked);
    const named = new Set(ticked.map((box) => box.dataset.file)).size;
    document.getElementById("count").textContent =
      `${ticked.length} of ${boxes.length} fixes ticked, in ${named} ${named === 1 ? "file" : "files"}`;
    for (const name of ["copy", "download"]) document.getElementById(name).disabled = !ticked.length;
  }

  function tick(wanted) {
    for (const box of boxes) box.checked = false;
    for (const box of boxes) {
      if (wanted(box)) {
        box.checked = true;
        release(box);
      }
    }
    count();
  }

  async function copy(button) {
    const text = patch();
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Files opened from the disk have no clipboard in some browsers.
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const said = button.textContent;
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = said), 1500);
  }

  function download() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([patch()], { type: "text/x-diff" }));
    link.download = "defermod.patch";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  // --- grouping and filtering ---

  const hidden = new Set();

  function arrange() {
    const key = document.getElementById("group").value;
    const groups = new Map();
    for (const card of cards) {
      card.hidden = hidden.has(`rule:${card.dataset.rule}`) || hidden.has(`status:${card.dataset.status}`);
      const name = card.dataset[key];
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push(card);
    }
    main.replaceChildren();
    for (const [name, members] of groups) {
      const shown = members.filter((card) => !card.hidden).length;
      const section = document.createElement("section");
      const title = document.createElement("h2");
      const number = document.createElement("small");
      title.textContent = key === "package" && name === "." ? "here" : name;
      number.textContent = shown;
      title.append(number);
      section.hidden = !shown;
      section.append(title, ...members);
      main.append(section);
    }
  }

  function chips() {
    const place = document.getElementById("filters");
    for (const key of ["status", "rule"]) {
      const counts = new Map();
      for (const card of cards) counts.set(card.dataset[key], (counts.get(card.dataset[key]) || 0) + 1);
      if (counts.size < 2) continue;
      for (const [name, number] of counts) {
        const chip = document.createElement("button");
        chip.type = "button";
        chip.className = "chip";
        chip.textContent = `${name} ${number}`;
        chip.setAttribute("aria-pressed", "true");
        chip.addEventListener("click", () => {
          const off = hidden.has(`${key}:${name}`);
          if (off) hidden.delete(`${key}:${name}`);
          else hidden.add(`${key}:${name}`);
          chip.setAttribute("aria-pressed", String(off));
          arrange();
        });
        place.append(chip);
      }
    }
  }

  document.body.classList.add("live");
  main.addEventListener("click", (event) => {
    const button = event.target.closest(".unfold");
    if (button) button.closest("tbody").classList.add("open");
  });
  if (cards.length) {
    document.querySelector("nav").hidden = false;
    document.getElementById("group").addEventListener("change", arrange);
    chips();
    arrange();
  }
  if (boxes.length) {
    document.getElementById("patch").hidden = false;
    for (const box of boxes) {
      box.addEventListener("change", () => {
        if (box.checked) release(box);
        count();
      });
    }
    document.getElementById("safe").addEventListener("click", () => tick((box) => unitOf(box).safe));
    document.getElementById("none").addEventListener("click", () => tick(() => false));
    document.getElementById("copy").addEventListener("click", (event) => copy(event.currentTarget));
    document.getElementById("download").addEventListener("click", download);
    tick((box) => unitOf(box).safe);
  }
})();
