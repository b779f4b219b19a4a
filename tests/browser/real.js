// Articles of our own (`tests/gold/speakers.jsonl`) with made-up outlets, days and addresses: what the tests and pictures of
// a corpus are made of. `cast` gives the speakers of each text other names, few of them often, as in a real newspaper.
import { readFileSync } from "node:fs";
import { random } from "./synthetic.js";

const OUTLETS = ["Vell Courier", "Skellmere Advertiser", "Quenby Evening Post", "Osterholm Gazette", "Marrow Herald"];
const CAST = ["Moira Tennant", "Tom Adeyemi", "Ana Ruiz", "Prakash Iyer", "Gwen Harbottle", "Ngozi Okafor", "Aino Virtanen", "Kenji Tanaka", "Fatima Haddad", "Owen Prys", "Zeynep Çelik", "Ingrid Håkansson", "Luca Moretti", "Hoa Nguyễn", "Paweł Nowak", "Amara Mensah", "Siobhán Fraser", "Jukka Lindqvist", "Ramón Castellanos", "Mei Zhang", "Keoni Kahale", "Priya Bose", "Emre Öztürk", "Łucja Kowalczyk", "Wiremu Te Rangi", "Noor Abubakar", "Tomás d'Angelo", "Soledad Peña", "Björn Lindgren", "Chidi Mbeki", "Yusuf Petrov", "Leilani Whitlock", "Pádraig O'Brien", "Nilüfer Weiss", "Arjun Dvořák", "Marta van der Berg"];

/** Lines of JSON, one for each of `count` articles over `days` days. Every twentieth has no day, every thirtieth no outlet. */
export function articles({ count = 30, days = 42, cast = false } = {}) {
  const next = random(11), texts = readFileSync(new URL("../gold/speakers.jsonl", import.meta.url), "utf8").trim().split("\n").map((line) => JSON.parse(line));
  return Array.from({ length: count }, (_, at) => {
    const { id, text, attributions } = texts[at % texts.length];
    let words = text;
    if (cast) {
      const taken = new Set();
      for (const name of new Set(attributions.map(({ speaker }) => speaker).filter((speaker) => /^\p{Lu}\S+ \p{Lu}\S+$/u.test(speaker ?? "")))) {
        let other;
        do other = CAST[Math.floor(CAST.length * next() ** 2)]; while (taken.has(other));
        taken.add(other);
        words = words.replaceAll(name, other).replaceAll(name.split(" ")[1], other.split(" ").slice(1).join(" "));
      }
    }
    // A fortnight in which nobody wrote is a gap.
    const place = Math.floor(days * ((at + 0.3 * next()) / count)), day = place > days * 0.45 && place < days * 0.58 ? place + Math.floor(days * 0.2) : place;
    return JSON.stringify({ id: `${id}-${at}`, text: words, title: words.split("\n")[0], ...(at % 20 === 19 ? {} : { published: new Date(Date.UTC(2026, 8, 1 + day)).toISOString().slice(0, 10) }),
      ...(at % 30 === 28 ? {} : { outlet: OUTLETS[Math.floor(OUTLETS.length * next() ** 1.4)] }), url: `https://example.org/${id}-${at}` });
  }).join("\n");
}
