// The texts that a person gives: an example, the words of a file, and whether they are a web page: `copydeskText`.
"use strict";
const copydeskText = (() => {
  /** Bytes of the largest file that the page reads: as many as a server takes if nobody says otherwise. */
  const LARGEST = 8e6;
  const { Problem } = copydeskServer;
  const megabytes = (bytes) => `${(bytes / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} MB`;

  /** Whether a text is the source of a web page, or of a part of one. */
  function isHtml(text) {
    let start = text.slice(0, 4000).trimStart();
    while (start.startsWith("<!--") && start.includes("-->")) start = start.slice(start.indexOf("-->") + 3).trimStart();
    return /^<(!doctype html|\?xml|[a-z][a-z0-9]*[\s>])/i.test(start) && /<\/(html|head|body|main|article|section|div|p|h\d)>/i.test(text);
  }

  /** Decodes bytes by their byte order mark, as UTF-8, by what a web page says of itself, or as Windows-1252. */
  function decode(bytes) {
    const mark = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : null;
    // Neither a PDF nor a picture is a text.
    if (!mark && bytes.subarray(0, 65536).includes(0)) return null;
    const head = new TextDecoder("windows-1252").decode(bytes.subarray(0, 4096));
    for (const label of [mark ?? "utf-8", /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1] ?? "windows-1252"]) {
      try { return new TextDecoder(label, { fatal: true }).decode(bytes); } catch { /* The next one may fit. */ }
    }
    return new TextDecoder("windows-1252").decode(bytes);
  }

  /** Reads a file. Throws a `Problem` if it is no text. */
  async function read(file) {
    const failed = (detail, remedy) => new Problem({ title: "This file cannot be read here", detail: `“${file.name}” ${detail}`, remedy });
    if (file.size > LARGEST) throw failed(`has ${megabytes(file.size)}. This page reads ${megabytes(LARGEST)} at most.`, "Analyze it with `copydesk analyze`.");
    let bytes;
    try { bytes = new Uint8Array(await file.arrayBuffer()); } catch { throw failed("cannot be opened.", "Drop a single file, not a folder."); }
    const text = decode(bytes);
    if (text === null) throw failed("is not a text.", "Drop a .txt or .html file. From a PDF or a Word file, copy the text and paste it.");
    if (!text.trim()) throw failed("is empty.", "Drop a file that holds a text.");
    return text;
  }

  const EXAMPLE = `Port Arden splits over its sea wall

“We have waited nine years, and the water has not waited with us,” said Mirela Danko, the mayor of Port Arden, at Monday's hearing. She said that the wall was “the best thing this town can do for its children”.

Tomas Quill, head of the Arden Boatmen's Union, told the council that the plan was a disgrace. “Mirela Danko has lied to us, and Danko should resign,” he said.

The engineer Ife Adebola warned that the old wall would not survive another winter. “I admire Mirela Danko for her courage,” Adebola added. “Tomas Quill is wrong, and his claims are nonsense.”

According to the Harbour Trust, “no mooring will be lost”. Danko promised that the work would begin in May.

“I trust Ife Adebola completely,” said Lena Osei, who runs a café on the quay. “Adebola is the best engineer this coast has.”
`;

  return { EXAMPLE, isHtml, read };
})();
