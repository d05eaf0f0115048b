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

  const cardOf = new Map(boxes.map((box) => [box, box.closest(".card")]));
  // What is hidden is not taken: nobody sees its tick.
  const taken = () => boxes.filter((box) => box.checked && !cardOf.get(box).hidden);
  const findings = (some) => some.reduce((sum, card) => sum + +card.dataset.findings, 0);

  function patch() {
    const changes = files.map(() => []);
    for (const box of taken()) changes[box.dataset.file].push(...unitOf(box).changes);
    return files.map((file, number) => (changes[number].length ? filePatch(file, changes[number]) : "")).join("");
  }

  // Two fixes of the same lines can't both be taken: the one ticked last stays.
  const rivals = new Map(boxes.map((box) => [box, new Set()]));
  const byFile = files.map(() => []);
  for (const box of boxes) for (const change of unitOf(box).changes) byFile[box.dataset.file].push([change, box]);
  for (const all of byFile) {
    all.sort(([a], [b]) => a.start - b.start);
    let open = [];
    for (const [change, box] of all) {
      open = open.filter(([other]) => other.end >= change.start);
      for (const [, other] of open) {
        if (other === box) continue;
        rivals.get(box).add(other);
        rivals.get(other).add(box);
      }
      open.push([change, box]);
    }
  }

  function release(box) {
    for (const other of rivals.get(box)) other.checked = false;
  }

  function count() {
    const ticked = taken();
    const named = new Set(ticked.map((box) => box.dataset.file)).size;
    const [some, all] = [ticked, boxes].map((these) => findings(these.map((box) => cardOf.get(box))));
    document.getElementById("count").textContent =
      `Fixes of ${some} of ${all} findings ticked, in ${named} ${named === 1 ? "file" : "files"}`;
    for (const name of ["copy", "download"]) document.getElementById(name).disabled = !ticked.length;
  }

  function tick(wanted) {
    for (const box of boxes) box.checked = false;
    for (const box of boxes) {
      if (!cardOf.get(box).hidden && wanted(box)) {
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
    const said = [...button.childNodes];
    button.replaceChildren("Copied");
    setTimeout(() => button.replaceChildren(...said), 1500);
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
  const ORDER = ["fixed", "fixable", "undecided", "fixable with --unsafe-fixes", "left alone", "rejected by validation"];
  const words = new Map();
  const search = document.getElementById("search");

  function matches(card, wanted) {
    if (!wanted.length) return true;
    if (!words.has(card)) {
      const said = [...card.querySelectorAll(".path, .line, .function, .message, .reason, .badge")];
      words.set(card, said.map((part) => part.textContent).join(" ").toLowerCase());
    }
    return wanted.every((word) => words.get(card).includes(word));
  }

  function filter() {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const card of cards) {
      card.hidden =
        hidden.has(`rule:${card.dataset.rule}`) || hidden.has(`status:${card.dataset.status}`) || !matches(card, wanted);
    }
    for (const section of main.children) {
      const shown = findings([...section.querySelectorAll(".card")].filter((card) => !card.hidden));
      section.hidden = !shown;
      section.querySelector("h2 small").textContent = shown;
    }
    const [some, all] = [findings(cards.filter((card) => !card.hidden)), findings(cards)];
    document.getElementById("shown").textContent = some === all ? "" : `${some} of ${all} findings shown`;
    if (boxes.length) count();
  }

  function arrange() {
    const key = document.getElementById("group").value;
    const groups = new Map();
    for (const card of cards) {
      const name = card.dataset[key];
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push(card);
    }
    const names = [...groups.keys()];
    if (key === "status") names.sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
    main.replaceChildren();
    for (const name of names) {
      const section = document.createElement("section");
      const title = document.createElement("h2");
      const number = document.createElement("small");
      title.textContent = key === "package" && name === "." ? "./" : name;
      title.append(number);
      section.append(title, ...groups.get(name));
      main.append(section);
    }
    filter();
  }

  function chips() {
    const place = document.getElementById("filters");
    for (const key of ["status", "rule"]) {
      const counts = new Map();
      for (const card of cards) {
        const name = card.dataset[key];
        counts.set(name, (counts.get(name) || 0) + +card.dataset.findings);
      }
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
          filter();
        });
        place.append(chip);
      }
    }
  }

  // --- explanations in place, links, keys ---

  function explain(card, name) {
    const known = [...card.querySelectorAll("aside")];
    for (const aside of known) aside.remove();
    if (known.some((aside) => aside.dataset.name === name)) return;
    const page = document.getElementById(`explain-${name}`);
    if (!page) return;
    const aside = document.createElement("aside");
    aside.dataset.name = name;
    aside.append(page.querySelector("pre").cloneNode(true));
    card.querySelector("table").before(aside);
  }

  function show(card) {
    card.hidden = false;
    card.closest("section").hidden = false;
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "start" });
  }

  function follow() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.matches("details")) target.open = true;
    if (target.matches(".card")) show(target);
  }

  function step(by) {
    const shown = [...main.querySelectorAll(".card:not([hidden])")];
    if (!shown.length) return;
    const at = shown.indexOf(document.activeElement?.closest(".card"));
    show(shown[at < 0 ? 0 : Math.min(shown.length - 1, Math.max(0, at + by))]);
  }

  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches("input:not([type=checkbox]), select, textarea");
    if (typing) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const card = document.activeElement?.closest(".card");
    const act = {
      j: () => step(1),
      k: () => step(-1),
      x: () => card?.querySelector("input")?.click(),
      e: () => card && explain(card, (card.querySelector("a.code") || card.querySelector("a.badge")).textContent),
      "/": () => search.focus(),
    }[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  }

  document.body.classList.add("live");
  main.addEventListener("click", (event) => {
    const button = event.target.closest(".unfold");
    if (button) button.closest("tbody").classList.add("open");
    const link = event.target.closest("a.code, a.badge");
    if (link) {
      event.preventDefault();
      explain(link.closest(".card"), link.textContent);
    }
  });
  document.addEventListener("keydown", key);
  window.addEventListener("hashchange", follow);
  if (cards.length) {
    document.querySelector("nav").hidden = false;
    document.getElementById("group").addEventListener("change", arrange);
    search.addEventListener("input", filter);
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
  follow();
})();
