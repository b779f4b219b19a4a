"""Makes the entries of the knowledge base that ships, as JSON lines for `copydesk kb build`:

    COPYDESK=... python -m copydesk_training.kb_entries DATA OUT [--until DAY]    # writes OUT/entries.jsonl

Sources, all with free licences (`models/news-kb.md` has them):

- the links of `events/wikipedia-current-events` **train**: names, and how often each means which page. `--until` reads
  the days before DAY alone, so that the later days can be linked;
- `lexicons/country-codes`, `factbook`: countries, their names, capitals, demonyms and leaders;
- `lexicons/world-cities`: towns and first-level divisions;
- `lexicons/us-legislators`, `political-parties`, `companies`.

A page of Wikipedia takes the id of another source if it is the same thing: Wikidata for countries and members of the US
Congress, GeoNames for towns. Otherwise its id is `enwiki:` and its title.
"""
import argparse
import collections
import csv
import gzip
import itertools
import json
import pathlib
import re
import unicodedata
import urllib.parse

from .coref_silver import analyze

EVENTS = "events/wikipedia-current-events/train.jsonl.gz"
RAW = ["raw/wikinews-2019-2020.jsonl.gz", "raw/globalvoices-enswa.jsonl.gz", "raw/digitalgov-news.jsonl.gz", "raw/factbook-prose.jsonl.gz", "raw/masc.jsonl.gz"]
KINDS = {"PERSON": "person", "ORG": "organisation", "GPE": "place", "LOC": "place", "FAC": "place", "NORP": "group", "PRODUCT": "work", "WORK_OF_ART": "work", "LAW": "work", "EVENT": "event"}
# A word of the title tells the kind, unless the label is one of these.
WITHOUT = {"event": {"PERSON", "ORG"}, "party": {"PERSON", "GPE", "LOC"}, "organisation": {"PERSON", "GPE", "LOC", "FAC"}, "region": {"PERSON", "ORG", "NORP"}, "place": {"PERSON"}}
# Titles of pages that are an office and no name.
OFFICE = re.compile(r"\b(CEO|Supreme Leader|Patriarch|[Ss]ecretary of|[Dd]efense [Ss]ecretary|[Aa]mbassador)\b|"
                    r"^(The |Deputy |Vice |Acting |First )?(President|Prime Minister|Minister|Premier|Leader|Speaker|Lady|Governor|Mayor|Secretary|Chancellor|King|Queen|Attorney General|Chief|List|Member|Ambassador|Foreign relations|Politics|Economy|Geography|Subdivisions|Districts|Provinces|Regions|States|Cabinet|Mass media|Mining|Petroleum|Energy|Television|Telecommunications) |"
                    r"(president|President|minister|Minister|citizens?)$", re.ASCII)
ORGANISATION = re.compile(r"\b(Navy|Army|Police|Ministry|Department|University|College|Court|Forces?|Service|Airlines?|Airways|Agency|F\.?C\.?|Congress|Parliament|Assembly|Senate|Government|Bank|Commission|Committee|Council|Union|Association|Organi[sz]ation|Institute|Front|Movement|Brigades?|League|team|Authority|Corporation|Company|Inc\.?|Group)\b")
PARTY = re.compile(r"\b(Party|Democrats|Alliance|Coalition)\b|\((political )?party\)")
REGION = re.compile(r"\b([Pp]rovince|[Dd]istrict|[Gg]overnorate|[Oo]blast|[Rr]egion|[Cc]ounty|[Pp]refecture|[Dd]epartment|[Ss]tate|[Mm]unicipality|Raion|Krai|[Tt]erritory)\b")
PLACE = re.compile(r"\b(Airport|Strait|Sea|River|Lake|Island|Islands|Mountains?|Bay|Gulf|camp|Camp|Bridge|Hospital|Base|Square|Palace|Park|Road|Highway|Canal|Valley|Desert|Peninsula|Prison|Stadium)\b")
EVENT = re.compile(r"^\d{4}\b|\b(war|War|Olympics|Cup|Championship|Games|Grand Prix|[Ee]lection|Revolution|uprising|attacks?|genocide|Festival|Prize|Awards?)\b")
PEOPLE = re.compile(r"( people|ns|ese|is|Muslims|Jews|Christians|Kurds|Arabs)$")
DIVISION = re.compile(r"\b(province|district|governorate|oblast|region|county|prefecture|department|state|municipality|autonomous|city)\b", re.I)
# Titles of Wikipedia where the short names of the lists differ.
TITLES = {"CD": "Democratic Republic of the Congo", "CG": "Republic of the Congo", "KR": "South Korea", "KP": "North Korea", "CI": "Ivory Coast", "CZ": "Czech Republic", "TL": "East Timor", "CV": "Cape Verde", "MK": "North Macedonia", "SZ": "Eswatini", "TR": "Turkey", "PS": "Palestine", "MM": "Myanmar", "GM": "The Gambia", "BS": "The Bahamas", "FM": "Federated States of Micronesia", "VA": "Vatican City", "IE": "Ireland", "US": "United States", "GB": "United Kingdom", "HK": "Hong Kong", "MO": "Macau", "GE": "Georgia (country)", "LA": "Laos", "SY": "Syria", "RU": "Russia", "VN": "Vietnam", "IR": "Iran", "TZ": "Tanzania", "VE": "Venezuela", "BO": "Bolivia", "MD": "Moldova", "BN": "Brunei", "TW": "Taiwan", "CN": "China", "ST": "São Tomé and Príncipe", "LC": "Saint Lucia", "KN": "Saint Kitts and Nevis", "VC": "Saint Vincent and the Grenadines"}
# Short forms of the states that news writes after a town.
STATES = "Ala. Alabama|Ariz. Arizona|Ark. Arkansas|Calif. California|Colo. Colorado|Conn. Connecticut|Del. Delaware|Fla. Florida|Ga. Georgia|Ill. Illinois|Ind. Indiana|Kan. Kansas|Ky. Kentucky|La. Louisiana|Md. Maryland|Mass. Massachusetts|Mich. Michigan|Minn. Minnesota|Miss. Mississippi|Mo. Missouri|Mont. Montana|Neb. Nebraska|Nev. Nevada|N.H. New Hampshire|N.J. New Jersey|N.M. New Mexico|N.Y. New York|D.C. District of Columbia|N.C. North Carolina|N.D. North Dakota|Okla. Oklahoma|Ore. Oregon|Pa. Pennsylvania|R.I. Rhode Island|S.C. South Carolina|S.D. South Dakota|Tenn. Tennessee|Tex. Texas|Vt. Vermont|Va. Virginia|Wash. Washington|W.Va. West Virginia|W. Va. West Virginia|Wis. Wisconsin|Wyo. Wyoming"
SHORT_STATES = dict(re.match(r"((?:W\. )?\S+) (.*)", pair).groups() for pair in STATES.split("|"))
MOST_TOWNS = 6  # towns of one name
# What older news calls towns that have another name today, and other spellings of English news.
FORMER = {"IN": {"Mumbai": "Bombay", "Kolkata": "Calcutta", "Chennai": "Madras", "Bengaluru": "Bangalore", "Pune": "Poona", "Prayagraj": "Allahabad", "Gurugram": "Gurgaon", "Mysuru": "Mysore", "Mangaluru": "Mangalore", "Kochi": "Cochin", "Varanasi": "Benares", "Thiruvananthapuram": "Trivandrum", "Vadodara": "Baroda", "Visakhapatnam": "Vizag", "Puducherry": "Pondicherry", "Kozhikode": "Calicut"},
          "UA": {"Kyiv": "Kiev", "Kharkiv": "Kharkov", "Lviv": "Lvov", "Odesa": "Odessa", "Dnipro": "Dnipropetrovsk", "Mykolaiv": "Nikolaev"},
          "MM": {"Yangon": "Rangoon", "Mawlamyine": "Moulmein"}, "KZ": {"Astana": "Nur-Sultan", "Almaty": "Alma-Ata"}, "VN": {"Ho Chi Minh City": "Saigon"}, "CN": {"Beijing": "Peking"}, "RU": {"Saint Petersburg": "Leningrad", "Volgograd": "Stalingrad", "Yekaterinburg": "Sverdlovsk"}, "BD": {"Dhaka": "Dacca", "Chattogram": "Chittagong"}, "IR": {"Isfahan": "Esfahan"}, "MD": {"Chisinau": "Kishinev"}, "ID": {"Makassar": "Ujung Pandang"}, "MZ": {"Maputo": "Lourenço Marques"}, "CD": {"Kinshasa": "Léopoldville"}, "TR": {"Istanbul": "Constantinople"}}
# Offices of a government, whose names news writes with the country or without.
AGENCY = re.compile(r"\b(Department|Centers|Court|Command|Agency|Administration|Bureau|Service|Police|Guard|Commission)\b")
AMERICAN = re.compile(r"(U\.S\.|US|United States) (?=[A-Z])")
SPELLING = {"defence": "defense", "centre": "center", "labour": "labor", "organisation": "organization", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10"}
COMPANY = re.compile(r",? (Inc\.?|Corp\.?|Corporation|Company|Co\.|plc|Ltd\.?|Limited|Group|Holdings?|Technologies|International)$")
# Names of countries that the lists lack.
NAMES = {"US": ["America", "USA", "US", "United States of America"], "GB": ["Britain", "Great Britain", "UK"], "AE": ["UAE", "Emirates"], "CD": ["DRC", "DR Congo"], "KP": ["DPRK"], "MM": ["Burma"], "TR": ["Turkiye", "Türkiye"], "CI": ["Côte d'Ivoire"], "CZ": ["Czechia"], "VA": ["Holy See", "Vatican"], "CN": ["Mainland China", "PRC"], "NL": ["Holland"], "TL": ["Timor-Leste"], "CV": ["Cabo Verde"], "SZ": ["Swaziland"], "MK": ["Macedonia"], "PS": ["Palestine"], "TZ": ["Tanzania"]}
# Titles that lead to another page in Wikipedia, where the links alone do not tell it.
REDIRECTS = {"Washington D.C.": "Washington, D.C.", "District of Columbia": "Washington, D.C.", "Mediterranean": "Mediterranean Sea", "Pacific": "Pacific Ocean", "Atlantic": "Atlantic Ocean", "Israeli Defense Forces": "Israel Defense Forces", "Israeli Defence Forces": "Israel Defense Forces", "Nasdaq Stock Market": "Nasdaq"}
ALSO = {"Republic of Ireland": "IE", "State of Palestine": "PS", "Georgia (country)": "GE", "Palestinian territories": "PS", "DR Congo": "CD", "People's Republic of China": "CN", "Türkiye": "TR"}


def lines(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def folded(name):
    """A name without case, diacritics and the article, to compare names of different sources."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    plain = re.sub(r"[.'’]", "", plain)
    return re.sub(r"^the ", "", " ".join(re.findall(r"\w+", plain)))


def bare(title):
    """The name in the title of a page: without what tells it from others."""
    return re.sub(r",.*$", "", re.sub(r" \([^)]*\)$", "", title.split("#")[0])).strip() or title


def spelling(title):
    """A title without what spelling and number make different: "U.S. states" and "United States state" are one page."""
    words = folded(AMERICAN.sub("US ", re.sub(r"^the ", "", title), count=1)).split()
    words = [SPELLING.get(word, word) for word in words]
    if len(words[-1:]) and len(words[-1]) > 4 and re.search(r"[^sui]s$", words[-1]):
        words[-1] = words[-1][:-1]
    return " ".join(words)


def initials(title):
    """The capitals with which the words of a title begin."""
    return "".join(word[0] for word in title.split() if word[0].isupper())


class Entry:
    """An entry on its way: the sources add to it."""

    def __init__(self, id, name, kind, country="", description=""):
        self.id, self.name, self.kind, self.country, self.description = id, name, kind, country, description
        self.aliases, self.count, self.people = collections.Counter(), 0, False

    def line(self):
        own = folded(self.name)
        aliases = [[name, count] for name, count in sorted(self.aliases.items()) if count or folded(name) != own]
        out = {"id": self.id, "name": self.name, "type": self.kind, "aliases": aliases, "count": self.count}
        out.update({key: value for key, value in [("country", self.country), ("description", self.description)] if value})
        return json.dumps(out, ensure_ascii=False)


class Pages:
    """What the events link to: the names of each page, the labels of these names, and the pages beside."""

    def __init__(self, data, out, until):
        self.anchors, self.labels, self.beside, self.sections, self.after = (collections.defaultdict(collections.Counter) for _ in range(5))
        items = [item for item in lines(data / EVENTS) if not until or item["date"] < until]
        names = found_names(items, out)
        for item in items:
            titles = [title.replace("_", " ") for _, _, title in item["links"]]
            titles = [REDIRECTS.get(title, title) for title in titles]
            for (start, end, _), title in zip(item["links"], titles):
                name = item["text"][start:end].replace("\xa0", " ").strip()
                self.anchors[title][name] += 1
                self.after[title][name] += item["text"][:start].endswith(", ")
                self.labels[title][label(names.get(item["id"], []), start, end)] += 1
                self.beside[title].update(set(titles) - {title})
                self.sections[title][item["category"]] += 1
        self.join_redirects()

    def join_redirects(self):
        """Pages that are another name of one page: "U.S." of "United States". Their links are those of that page."""
        spelled = collections.defaultdict(list)
        for title in self.anchors:
            spelled[spelling(title)].append(title)
        named = collections.defaultdict(collections.Counter)
        for title, names in self.anchors.items():
            for name, count in names.items():
                named[folded(name)][title] += count
        total = {title: sum(names.values()) for title, names in self.anchors.items()}
        self.same = {}
        for title in sorted(self.anchors, key=lambda title: (total[title], title)):
            same = [other for other in spelled[spelling(title)] if other != title and self.is_name(other)]
            if re.fullmatch(r"[A-Z]{3,6}", title):
                same += [other for other in named[folded(title)] if initials(other) == title and other != title]
            if "(" not in title and "," not in title:
                same += [other for other, count in named[folded(title)].items() if other != title and count >= 2 and 6 * count >= total[title]]
            same = [other for other in same if other not in self.same and (total[other], other) > (total[title], title)]
            if same:
                self.same[title] = max(same, key=lambda other: (total[other], other))
        for title, other in sorted(self.same.items()):
            while other in self.same:
                other = self.same[other]
            for counts in (self.anchors, self.labels, self.beside, self.sections, self.after):
                counts[other].update(counts.pop(title, {}))
            self.same[title] = other

    def is_name(self, title):
        """True if most of the links to a page begin with a capital or a digit."""
        names = self.anchors[title]
        return 2 * sum(count for name, count in names.items() if name[:1].isupper() or name[:1].isdigit()) >= sum(names.values())

    def kind(self, title):
        """The kind of a page, or None if it is no name."""
        names = self.anchors[title]
        top = self.labels[title].most_common(1)[0][0]
        if not self.is_name(title) or top in ("MONEY", "DATE", "TIME", "PERCENT", "QUANTITY") or OFFICE.search(title):
            return None
        if top is None and not any(folded(name) in (folded(title), folded(bare(title))) for name in names):
            return None
        for kind, pattern in [("event", EVENT), ("party", PARTY), ("organisation", ORGANISATION), ("region", REGION), ("place", PLACE)]:
            if pattern.search(title) and top not in WITHOUT[kind]:
                return kind
        if top == "NORP":
            return "group" if PEOPLE.search(title) else "other"
        return KINDS.get(top, "other")

    def countries(self, title, of_country):
        """The countries that the items with a page name."""
        counts = collections.Counter()
        for other, count in self.beside[title].items():
            if other in of_country:
                counts[of_country[other]] += count
        return counts

    def country(self, title, of_country, of_word):
        """The country that the title names, or else most of the items with the page, or none."""
        words = folded(title).split()
        runs = {" ".join(words[start:start + length]) for length in (1, 2, 3) for start in range(len(words) - length + 1)}
        named = {of_word[run] for run in runs if run in of_word}
        if named and self.kind(title) not in ("place", "region", "city"):
            return named.pop() if len(named) == 1 else ""
        countries = self.countries(title, of_country)
        (best, count), total = (countries.most_common(1) or [("", 0)])[0], sum(self.anchors[title].values())
        return best if count >= 2 and count * 2 >= total and count * 3 >= 2 * sum(countries.values()) else ""


def found_names(items, out):
    """The names that the pipeline finds in each item, kept in a file."""
    path = out / "names.jsonl"
    if not path.exists():
        texts = [{"id": item["id"], "text": item["text"]} for item in items]
        with open(path, "w", encoding="utf-8") as file:
            for result in analyze(texts, "news"):
                names = [[name["start"], name["end"], name["label"]] for name in result.get("entities", [])]
                file.write(json.dumps([result["id"], names]) + "\n")
    with open(path, encoding="utf-8") as file:
        return dict(map(json.loads, file))


def label(names, start, end):
    """The label of the name that covers most of a link."""
    shared = [(min(end, b) - max(start, a), of) for a, b, of in names]
    best = max(shared, default=(0, None))
    return best[1] if best[0] * 2 >= end - start else None


def countries(data):
    """Countries by their ISO code, and the demonyms of each."""
    made, fips, spelled = {}, {}, {}
    for row in rows(data / "lexicons/country-codes/country-codes.csv"):
        code, wikidata = row["ISO3166-1-Alpha-2"], row["wikidata_id"].rpartition("/")[2]
        if len(code) != 2 or not wikidata.startswith("Q"):
            continue
        short = TITLES.get(code) or row["CLDR display name"].replace("&", "and").replace("St. ", "Saint ")
        entry = made[code] = Entry(wikidata, bare(short), "country", code)
        for name in (row["CLDR display name"], row["UNTERM English Short"], row["official_name_en"], row["UNTERM English Formal"], short):
            name = re.sub(r" ?\(.*\)$|^the ", "", name.strip())
            if name and " - " not in name:
                entry.aliases[name] += 0
        entry.aliases.update({name: 1 for name in NAMES.get(code, []) if name not in entry.aliases})
        entry.capital, entry.independent = row["Capital"], row["is_independent"] == "Yes"
        fips[row["FIPS"].lower()] = code
        spelled[row["ISO3166-1-Alpha-3"]] = code
    for row in lines(data / "lexicons/factbook/countries.jsonl.gz"):
        entry = made.get(fips.get(row["code"]))
        if not entry:
            continue
        for name in (row["short"], row["long"]):
            if name and name != "none" and len(name) < 60:
                entry.aliases[re.sub(r"^the | \(.*\)$", "", name)] += 0
        entry.demonyms = demonyms(row)
        entry.leaders = [person for key in ("chief_of_state", "head_of_government") for person in leaders(row[key])]
    return made, spelled


def demonyms(row):
    """`Afghan(s)` is Afghan and Afghans; `Frenchman(men)` is Frenchman and Frenchmen."""
    found = []
    for part in re.split(r",| or |;|/", f"{row['demonym_noun']}, {row['demonym_adj']}"):
        part = part.strip()
        word, _, plural = part.partition("(")
        plural = plural.rstrip(") ").split()
        word = word.strip()
        if not word or not word[0].isupper() or len(word) > 30 or "note" in part:
            continue
        found.append(word)
        if plural and plural[0] == "s":
            found.append(word + "s")
        elif plural and plural[0] in ("men", "women"):
            found.append(re.sub(r"(wo)?man$", plural[0], word))
    return found


def leaders(text):
    """The people in `President Emmanuel MACRON (since 14 May 2017)`, each with the words before the name."""
    for part in text.split(";"):
        match = re.match(r"([^(]*?)\s*\(since", part)
        words = match.group(1).split() if match else []
        family = [at for at, word in enumerate(words) if len(word) > 1 and word.isupper() and not word.endswith(".")]
        if not family:
            continue
        titles = itertools.takewhile(lambda word: word.isascii() and TITLE.match(word), words)
        role = list(titles)
        name = [word.title() if word.isupper() else word for word in words[len(role):] if word.strip('"')]
        if len(name) >= 2:
            yield " ".join(name), " ".join(role)


TITLE = re.compile(r"(President|Prime|Minister|King|Queen|Emperor|Sultan|Chancellor|Premier|Governor|Governor-General|Acting|Interim|Transitional|Transition|State|Head|of|the|Council|Chairman|Chairperson|First|Vice|General|Gen\.|Col\.|Lt\.|Dr\.|Sir|Dame|Crown|Prince|Amir|Grand|Duke|Supreme|Leader|Government|Colonel|Captain|Field|Marshal|Sheikh|Executive|Administrator|Chief|Taoiseach)$")


class Towns:
    """Towns and first-level divisions by name."""

    def __init__(self, data, countries):
        names = collections.defaultdict(list)
        code = {folded(name): code for code, entry in countries.items() for name in [entry.name, *entry.aliases]}
        for row in rows(data / "lexicons/world-cities/world-cities.csv"):
            land, _, rest = row["country"].partition(", ")
            land = next((code[name] for name in (folded(f"{rest} {land}"), folded(land)) if name in code), "")
            entry = Entry(f"geonames:{row['geonameid']}", row["name"], "city", land)
            entry.description = ", ".join(part for part in (row["subcountry"], row["country"]) if part and part != row["name"])
            entry.division = row["subcountry"]
            entry.within = {folded(row["subcountry"]), folded(row["country"])}
            names[folded(row["name"])].append(entry)
        self.names = names
        self.capitals = {town.id for code, entry in countries.items() if (town := self.capital(code, getattr(entry, "capital", "")))}
        self.divisions = collections.defaultdict(list)
        with open(data / "lexicons/world-cities/admin1.json", encoding="utf-8") as file:
            for row in json.load(file):
                country = row["code"].partition(".")[0]
                if country in countries:
                    entry = Entry(f"geonames:{row['code']}", row["name"], "region", country, countries[country].name)
                    self.divisions[folded(DIVISION.sub("", row["name"]))].append(entry)

    def of(self, title, country, near):
        """The town that a page is about, if that is plain."""
        name, _, within = title.partition(", ")
        within = SHORT_STATES.get(within, within)
        found = self.names.get(folded(bare(name)), [])
        if within:
            found = ([town for town in found if folded(within) in town.within]
                     or [town for town in found if within in town.description or self.is_capital(town)])
        elif len(found) > 1:
            found = [town for town in found if self.is_capital(town)] or [town for town in found if country and town.country == country] or nearest(found, near)
        elif country:
            found = [town for town in found if town.country == country]
        return found[0] if len(found) == 1 else None

    def division(self, title, country, near):
        """The first-level division that a page is about, if that is plain."""
        found = [entry for entry in self.divisions.get(folded(DIVISION.sub("", bare(title))), []) if not country or entry.country == country]
        within = title.partition(", ")[2]
        if within:
            found = [entry for entry in found if folded(within) == folded(entry.description)]
        if not country and len(found) > 1 or folded(title) == folded(DIVISION.sub("", title)) and not any(folded(entry.name) == folded(title) for entry in found):
            found = nearest(found, near)
        return found[0] if len(found) == 1 else None

    def is_chief(self, town):
        """True for the capital of a country, and of a division that has its name: the plain name means the town."""
        return self.is_capital(town) or folded(town.name) == folded(DIVISION.sub("", town.division))

    def is_capital(self, town):
        return town.id in self.capitals

    def capital(self, country, name):
        """The town of that name that is the capital: the one in a division of that name, or in a district of its own."""
        found = [town for town in self.names.get(folded(name), []) if town.country == country]
        return next((town for town in found if folded(town.division) == folded(name)), None) \
            or next((town for town in found if town.division.startswith("District")), None) or next(iter(found), None)


def nearest(found, near):
    """Those of the country that the news names most with a page."""
    most = max((near[entry.country] for entry in found), default=0)
    return [entry for entry in found if most and near[entry.country] == most]


def capitalised(data):
    """How often each run of one to three capitalised words occurs in news."""
    counts = collections.Counter()
    word = re.compile(r"[^\W\d_][\w'’-]*")
    for document in itertools.chain.from_iterable(lines(data / path) for path in RAW):
        run = []
        for match in itertools.chain(word.finditer(document["text"]), [None]):
            if match and match.group()[0].isupper() and (not run or document["text"][run[-1].end():match.start()] == " "):
                run.append(match)
                continue
            if 1 <= len(run) <= 3:
                counts[folded(" ".join(part.group() for part in run))] += 1
            run = [match] if match and match.group()[0].isupper() else []
    return counts


def make(data, out, until):
    """All entries, by id."""
    made = {}
    lands, spelled = countries(data)
    of_title = {entry.name: code for code, entry in lands.items()} | {TITLES[code]: code for code in TITLES if code in lands} | ALSO
    pages, towns = Pages(data, out, until), Towns(data, lands)
    legislators = {}
    for row in rows(data / "lexicons/us-legislators/legislators-current.csv"):
        if row["wikidata"]:
            entry = Entry(row["wikidata"], row["name"], "person", "US", f"{row['party']} {row['type']} {row['state']} United States Congress")
            for given in filter(None, [row["nickname"], row["first"]]):
                entry.aliases[f"{given} {row['last']}"] += 0
            for name in [row["name"], *entry.aliases]:
                legislators[folded(name)] = entry
            made[entry.id] = entry
    parties = collections.defaultdict(list)
    for row in rows(data / "lexicons/political-parties/parties.csv"):
        party(row, spelled, parties, made, until)
    for code, entry in lands.items():
        made[entry.id] = entry
        for name in getattr(entry, "demonyms", []):
            entry.aliases[name] += 1

    of_word = {folded(name): code for code, entry in lands.items() for name in [*entry.aliases, entry.name]}
    of_page, teams = {}, []
    for title in sorted(pages.anchors):
        kind = pages.kind(title)
        country = pages.country(title, of_title, of_word)
        near = pages.countries(title, of_title)
        # "(state)" after a name tells that no town is meant.
        town = towns.of(title, country, near) if kind in ("place", "other", "region") and not re.search(rf"\([^)]*{DIVISION.pattern}[^)]*\)$", title, re.I) else None
        division = towns.division(title, country, near) if kind in ("place", "region", "other") else None
        nation = of_word.get(folded(re.sub(r" people$", "", title))) if kind == "group" or title.endswith(" people") else None
        entry = (lands.get(of_title.get(title) or nation)
                 or (legislators.get(folded(bare(title))) if kind == "person" else None)
                 or next(iter(parties.get(title, [])), None)
                 or (town if town and (kind != "region" and "," in title or towns.is_chief(town) or title == f"{town.division} City") else division or town))
        if not entry:
            if kind is None:
                continue
            entry = Entry("enwiki:" + title.replace(" ", "_"), bare(title), kind, country)
            if ", " in title and kind in ("place", "region"):
                entry.description = title.partition(", ")[2]
        made.setdefault(entry.id, entry)
        of_page[folded(bare(title))] = entry
        entry.country = entry.country or country
        entry.count += sum(pages.anchors[title].values())
        entry.people |= pages.labels[title].most_common(1)[0][0] == "NORP"
        for name, count in pages.anchors[title].items():
            # "Israeli" forces are linked to an army, which has not that name.
            of_land = entry.kind not in ("country", "group") and folded(name) in of_word and folded(name) != folded(entry.name)
            if (name[:1].isupper() or name[:1].isdigit()) and 1 < len(name) <= 60 and not of_land:
                # "Buffalo, New York": such a link does not tell what the name alone means.
                entry.aliases[name] += max(count - pages.after[title][name], 1) if entry.kind == "region" else count
        for name in [bare(title), title, *(other for other, main in pages.same.items() if main == title)]:
            if folded(name) != folded(entry.name) and len(name) <= 80:
                entry.aliases[name] += 0
        # What follows a comma tells where a town is: the name is what stands before it.
        if entry.kind == "city" and ", " in title:
            entry.aliases[bare(title)] = max(entry.aliases[bare(title)], half(sum(count for name, count in pages.anchors[title].items() if name.startswith(bare(title)))))
        teams += [entry] if entry.kind == "organisation" and "Sports" in pages.sections[title] else []
        short, _, rest = entry.name.rpartition(" City")
        if entry.kind == "city" and short and not rest and folded(short) not in of_word:
            # Most news leaves out "City" where some does.
            entry.aliases[short] = entry.count * (2 if entry.aliases[short] else 1)
        family = entry.name.split()
        if entry.kind == "person" and entry.count >= 5 and len(family) > 1 and len(family[-1]) > 2 and folded(family[-1]) not in of_word:
            entry.aliases[family[-1]] += 0
    people(lands, of_page, made)
    longer = {" ".join(words[:size]) for entry in made.values() if entry.count >= 2 for words in [folded(entry.name).split()] for size in range(1, len(words))}
    for row in rows(data / "lexicons/companies/sp500.csv"):
        name = re.sub(r" \(.*\)$", "", row["Security"])
        short = COMPANY.sub("", COMPANY.sub("", name))
        page = of_page.get(folded(short))
        entry = of_page.get(folded(name)) or (page if page and page.kind == "organisation" else None)
        entry = entry or made.setdefault(f"cik:{int(row['CIK'])}", Entry(f"cik:{int(row['CIK'])}", name, "organisation", "US", row["GICS Sub-Industry"]))
        entry.country = entry.country or "US"
        entry.aliases[name] += 0
        # "Dow" is more than a company if news has the Dow Jones too.
        entry.aliases[short] += 0 if folded(short) in longer else 1
    more_places(data, towns, made)
    short_names(made, teams)
    return made


def short_names(made, teams):
    """Other forms in which news writes a name, if nothing else has that name: a team without its town, an airport without
    "Airport", a department by its field, `Exxon Mobil` and `U.S.` written otherwise, followers of a faith."""
    taken = {folded(name) for entry in made.values() for name in [entry.name, *entry.aliases]}
    places = {folded(name) for entry in made.values() if entry.kind in ("city", "region", "country") for name in [entry.name, *entry.aliases]}
    lands = places | {folded(entry.name) for entry in made.values() if entry.kind in ("place", "other")}
    added = []

    def add(entry, name, count):
        if len(name) > 2 and folded(name) not in taken:
            added.append((entry, name, count))

    for entry in teams:
        words = entry.name.split()
        for size in range(1, len(words)):
            rest = " ".join(words[size:])
            if folded(" ".join(words[:size])) in places and not re.fullmatch(r"F\.?C\.?|A\.?C\.?|United|City", rest):
                add(entry, rest, half(entry.count))
    for entry in made.values():
        short = re.sub(r" (International )?Airport$", "", entry.name)
        if short != entry.name:
            add(entry, short, half(entry.count))
        if entry.kind == "organisation":
            short = re.sub(r" (University|College)$", "", entry.name)
            if " " in short and short != entry.name:
                add(entry, short, half(entry.count))
            department = re.fullmatch(r"(?:U\.S\. |US |United States )?Department of (?:the )?(.+)", entry.name)
            if department:
                field = department.group(1)
                add(entry, f"{field} Department", half(entry.count))
                if " " in field:
                    add(entry, field, half(entry.count))
            if entry.country == "US" and AGENCY.search(entry.name) and not AMERICAN.match(entry.name):
                add(entry, f"U.S. {entry.name}", half(entry.count))
        for name, count in [(entry.name, 0), *entry.aliases.items()]:
            american = AMERICAN.match(name)
            if american and entry.kind not in ("country", "event"):
                add(entry, ("United States " if american.group(1) != "United States" else "U.S. ") + name[american.end():], count)
            apart = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
            if entry.kind == "organisation" and apart != name and not re.search(r"\b(Mc|Mac|De|La|Le|\w) ", apart) and not re.search(r" \w$", apart):
                add(entry, apart, count)
            if (entry.people or entry.kind in ("group", "party")) and re.fullmatch(r"[A-Z][a-z]+", name) and count:
                add(entry, name[:-1] if name.endswith("s") else name + "s" if FOLLOWER.search(name) else "", count)
        war = re.fullmatch(r"World War (I|II)", entry.name)
        if war:
            add(entry, ("First" if war.group(1) == "I" else "Second") + " World War", half(entry.count))
        sea = re.fullmatch(r"(\w+(?:ean|ic)) (Ocean|Sea)", entry.name)
        if sea and entry.kind in ("place", "other") and folded(sea.group(1)) not in lands:
            entry.aliases[sea.group(1)] = max(entry.aliases[sea.group(1)], entry.count)
    owners = collections.defaultdict(set)
    for entry, name, count in added:
        owners[folded(name)].add(entry.id)
    for entry, name, count in added:
        if len(owners[folded(name)]) == 1:
            entry.aliases[name] = max(entry.aliases[name], count)


def half(count):
    """How often a short form is taken to mean an entry: half as often as the name that the news has."""
    return (count + 1) // 2


FOLLOWER = re.compile(r"(n|im|du|ni|it|ish|ist|rd|at|ew|li|qi|mi|te)$")


def party(row, spelled, parties, made, until):
    """A party that is still there and has a page in the English Wikipedia."""
    ended = row["year_last"] and float(row["year_last"]) < 2015
    page = re.match(r"https?://en\.wikipedia\.org/wiki/(.+)", row["wikipedia"])
    if ended or not page:
        return
    title = urllib.parse.unquote(page.group(1)).replace("_", " ").partition("#")[0]
    names = [name.strip() for name in re.split(r" // | / ", row["name_english"]) if name.strip()]
    name = names[0] if names else bare(title)
    entry = made.setdefault("enwiki:" + title.replace(" ", "_"), Entry("enwiki:" + title.replace(" ", "_"), name, "party", spelled.get(row["country"], "")))
    for alias in [*names, bare(title), row["name"].split(" // ")[0].strip(), row["name_short"].strip()]:
        if 1 < len(alias) <= 80 and alias[0].isupper():
            entry.aliases[alias] += 0
    if entry not in parties[title]:
        parties[title].append(entry)


def people(lands, of_page, made):
    """The leaders of countries: known people get their role, others an entry."""
    seen = set()
    # Leaders of territories are those of a country.
    for code, land in sorted(lands.items(), key=lambda item: (not item[1].independent, item[0])):
        for name, role in getattr(land, "leaders", []):
            if name in seen:
                continue
            seen.add(name)
            given, *rest = name.split()
            entry = of_page.get(folded(name)) or of_page.get(folded(f"{given} {rest[-1]}")) or of_page.get(folded(" ".join([*rest, given])))
            if not entry or entry.kind not in ("person", "other"):
                entry = made.setdefault(f"factbook:{code}/{name.replace(' ', '_')}", Entry(f"factbook:{code}/{name.replace(' ', '_')}", name, "person"))
            entry.kind, entry.country, entry.description = "person", code, f"{role} {land.name}".strip()


def more_places(data, towns, made):
    """Capitals, towns that news name and that have a name of their own, and first-level divisions."""
    counts = capitalised(data)
    known = {entry.id for entry in made.values()}
    taken = {folded(name) for entry in made.values() for name in [entry.name, *entry.aliases]}
    for name, found in sorted(towns.names.items()):
        capitals = [town for town in found if towns.is_capital(town)]
        if capitals:
            made.setdefault(capitals[0].id, capitals[0]).count += 1
        elif name not in taken and len(found) == 1 and counts[name] >= 1:
            made.setdefault(found[0].id, found[0])
        elif counts[name] >= 3 and len(found) <= MOST_TOWNS and (name not in taken or any(town.id in known for town in found)):
            for town in found:
                made.setdefault(town.id, town)
    # A city that is a division of its own is one thing, and so is the District of Columbia. The name of a capital is that.
    capitals = {(made[id].country, folded(made[id].name)) for id in towns.capitals if id in made}
    cities = {(entry.country, folded(DIVISION.sub("", entry.division))): entry for entry in made.values() if entry.kind == "city" and towns.is_chief(entry)}
    for name, found in sorted(towns.divisions.items()):
        for entry in found:
            city = cities.get((entry.country, name))
            is_city = city and (folded(entry.name) == folded(city.name) or towns.is_capital(city) and entry.name.startswith("District"))
            if is_city:
                city.aliases[entry.name] += 0
            elif not DIVISION.fullmatch(entry.name) and (entry.country, folded(entry.name)) not in capitals:
                made.setdefault(entry.id, entry)
    states = {entry.name: entry for entry in made.values() if entry.kind == "region" and entry.country == "US"}
    states["District of Columbia"] = made[next(id for id in towns.capitals if made.get(id) and made[id].country == "US")]
    for short, state in SHORT_STATES.items():
        if state in states:
            states[state].aliases[short] += 1
            states[state].aliases[state] += 1
            states[state].aliases[f"State of {state}"] += 0
    for country, names in FORMER.items():
        for entry in [entry for entry in made.values() if entry.kind == "city" and entry.country == country and entry.name in names]:
            entry.aliases[names[entry.name]] += half(entry.count)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--until", default="", metavar="DAY", help="reads the events of the days before, such as 2026-01-01")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    made = make(arguments.data, arguments.out, arguments.until)
    with open(arguments.out / "entries.jsonl", "w", encoding="utf-8") as file:
        for _, entry in sorted(made.items()):
            file.write(entry.line() + "\n")


if __name__ == "__main__":
    main()
