"""Xapian in its best ordinary setting, for the measurements of search/searchtest.

Every part is a document with the title and author of its work, collapsed by work. Each word is indexed without marks and with positions, and with its marks; title and author weigh more
than the text. A query wants every word without marks and prefers the marks that were typed; when no work has all words, the
spelling that Xapian suggests is tried, then any of the words. BM25 with its usual parameters. Genre and decade are values, counted
exactly by match spies.

What it does not: mark words in snippets when the query was typed without marks, since its snippets compare
words as they are.

Called with the file of a job (see Job in searchtest.go); writes the same report as the other engines do.
"""

import json
import os
import shutil
import sys
import time
import unicodedata

import xapian

PAGE, LIST, PORTION = 20, 8, 1000
CLASS_BUDGET, LEAST_QUERIES = 30.0, 20
GENRE, DECADE, WORK = 0, 1, 2


class Fold(dict):
    """A table for str.translate that takes the marks off letters, filled as letters come."""

    def __missing__(self, code):
        base = "d" if chr(code) in "đĐ" else "".join(c for c in unicodedata.normalize("NFD", chr(code)) if not unicodedata.combining(c))
        self[code] = base
        return base


FOLD = Fold()


def fold(text):
    return text.lower().translate(FOLD)


def read(corpus):
    """Yields the documents, and counts the time of reading them in read.waited."""
    with open(corpus, encoding="utf-8") as lines:
        while True:
            start = time.perf_counter()
            line = lines.readline()
            doc = json.loads(line) if line else None
            read.waited += time.perf_counter() - start
            if doc is None:
                return
            yield doc


def index(job, path):
    db = xapian.WritableDatabase(path + ".growing", xapian.DB_CREATE_OR_OVERWRITE)
    generator = xapian.TermGenerator()
    generator.set_database(db)
    n = 0
    for n, doc in enumerate(read(job["corpus"]), 1):
        for body in doc["parts"]:
            db.add_document(document(generator, doc, body))
    db.commit()
    db.compact(path)
    db.close()
    shutil.rmtree(path + ".growing")
    return n


def document(generator, doc, body):
    d = xapian.Document()
    generator.set_document(d)
    for text, weight in (doc["title"], 5), (doc["agent"], 3), (body, 1):
        generator.index_text(fold(text), weight)
        generator.increase_termpos(100)
        generator.index_text_without_positions(text.lower(), weight, "XM")
    generator.index_text_without_positions(fold(doc["title"] + " " + doc["agent"]), 1, "S")
    d.add_boolean_term("G" + doc["genre"])
    d.add_value(GENRE, doc["genre"])
    d.add_value(DECADE, str(doc["year"] // 10 * 10))
    d.add_value(WORK, doc["id"])
    d.set_data(json.dumps([doc["id"], doc["title"], body], ensure_ascii=False))
    return d


class Searcher:
    def __init__(self, path):
        self.db = xapian.Database(path)
        self.parser = xapian.QueryParser()
        self.parser.set_database(self.db)
        self.stem = xapian.Stem("none")
        self.flags = xapian.QueryParser.FLAG_PHRASE

    def query(self, text, genre):
        """Yields what to ask, until something is found: all words, any word."""
        text = unicodedata.normalize("NFC", text).lower()
        marked = self.marks(text)
        self.parser.set_default_op(xapian.Query.OP_AND)
        yield self.within(genre, self.parser.parse_query(fold(text), self.flags), marked)
        self.parser.set_default_op(xapian.Query.OP_OR)
        yield self.within(genre, self.parser.parse_query(fold(text), self.flags), marked)

    def marks(self, text):
        """Asks for the words as they were typed."""
        if text == fold(text):
            return xapian.Query()
        self.parser.set_default_op(xapian.Query.OP_OR)
        return self.parser.parse_query(text.replace('"', " "), 0, "XM")

    @staticmethod
    def within(genre, query, marked):
        if not marked.empty():
            query = xapian.Query(xapian.Query.OP_AND_MAYBE, query, marked)
        if genre:
            query = xapian.Query(xapian.Query.OP_FILTER, query, xapian.Query("G" + genre))
        return query

    def matches(self, q, page):
        enquire = xapian.Enquire(self.db)
        enquire.set_collapse_key(WORK)
        genres, decades = xapian.ValueCountMatchSpy(GENRE), xapian.ValueCountMatchSpy(DECADE)
        if page:
            enquire.add_matchspy(genres)
            enquire.add_matchspy(decades)
        found = None
        for query in self.query(q["text"], q.get("genre")):
            enquire.set_query(query)
            found = enquire.get_mset(0, PAGE, self.db.get_doccount() if page else 0)
            if found.size():
                break
        if page:
            self.counts = [(i.term, i.termfreq) for spy in (genres, decades) for i in spy.values()]
        return found

    def find(self, q):
        return [json.loads(m.document.get_data())[0] for m in self.matches(q, False)]

    def page(self, q):
        found = self.matches(q, True)
        hits = []
        for m in found:
            work, title, body = json.loads(m.document.get_data())
            hits.append((work, title, found.snippet(body, 180, self.stem, xapian.MSet.SNIPPET_BACKGROUND_MODEL, "<mark>", "</mark>", "…")))
        return hits

    def suggest(self, q):
        self.parser.set_default_op(xapian.Query.OP_AND)
        text = fold(unicodedata.normalize("NFC", q["text"]))
        enquire = xapian.Enquire(self.db)
        enquire.set_collapse_key(WORK)
        enquire.set_query(self.parser.parse_query(text, xapian.QueryParser.FLAG_PARTIAL, "S"))
        return [json.loads(m.document.get_data())[:2] for m in enquire.get_mset(0, LIST)]

    def ask(self, q):
        if q["class"] == "prefix":
            return self.suggest(q)
        return self.page(q) if q["mode"] == "page" else self.find(q)


def speed(searcher, queries):
    timings, cpu = {}, {}
    for q in queries:
        kind = (q["class"], q["mode"])
        millis = timings.setdefault(kind, [])
        if len(millis) >= LEAST_QUERIES and sum(millis) > CLASS_BUDGET * 1000:
            continue
        start, computed = time.perf_counter(), time.process_time()
        searcher.ask(q)
        millis.append(round((time.perf_counter() - start) * 1000, 3))
        cpu[kind] = cpu.get(kind, 0) + (time.process_time() - computed) * 1000
    return [{"class": c, "mode": m, "millis": t, "cpu": cpu[c, m] / len(t)} for (c, m), t in timings.items() if c != "warm"]


def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmHWM:"))


def reset_peak():
    try:
        with open("/proc/self/clear_refs", "w") as refs:
            refs.write("5")
    except OSError:
        pass


def size(path):
    return sum(os.path.getsize(os.path.join(folder, f)) for folder, _, files in os.walk(path) for f in files)


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        job = json.load(f)
    path = os.path.join(job["folder"], "xapian")
    read.waited = 0.0
    start, cpu = time.perf_counter(), time.process_time()
    docs = index(job, path)
    built = {
        "seconds": time.perf_counter() - start - read.waited,
        "cpu": time.process_time() - cpu - read.waited,
        "bytes": size(path),
        "peak": peak(),
    }
    reset_peak()
    searcher = Searcher(path)
    questions = job["questions"]
    answers = [searcher.find({"text": text}) for text in questions["quality"] or []]
    timings = speed(searcher, questions["speed"] or [])
    report = {
        "version": "Xapian " + xapian.version_string() + " (Python)", "docs": docs,
        "index": built, "answers": answers, "timings": timings, "peak": peak(),
    }
    with open(job["report"], "w", encoding="utf-8") as f:
        json.dump(report, f)


main()
