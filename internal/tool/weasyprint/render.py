# Turns one page of ours into PDF: render.py page.html page.css page.pdf. Fonts lie beside the page, as font-*.woff2.
# Nothing else can be reached: a page that holds what somebody typed must not become a way to files or networks.
import os
import sys

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

page, style, out = sys.argv[1:4]
folder = os.path.dirname(page)


def fetch(url, timeout=0, ssl_context=None):
    name = url[len("font:"):]
    if url.startswith("font:") and name and all(c.isalnum() or c == "-" for c in name):
        return {"file_obj": open(os.path.join(folder, "font-" + name + ".woff2"), "rb"), "mime_type": "font/woff2"}
    raise ValueError("not to be reached")


fonts = FontConfiguration()
sheet = CSS(filename=style, font_config=fonts, url_fetcher=fetch)
document = HTML(filename=page, base_url="about:blank", url_fetcher=fetch, encoding="utf-8", media_type="print")
document.write_pdf(out, stylesheets=[sheet], font_config=fonts, variant="pdf/ua-1")
