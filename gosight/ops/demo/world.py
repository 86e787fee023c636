"""The demo's world, as tables: countries, devices, sources, pages. Weights are relative to their table's sum."""

import msgspec

HOST = "papermill.example"
SITE = f"https://{HOST}"


class Country(msgspec.Struct, frozen=True):
    """`blocks` are /16 networks that IP data places there; `utc_offset` in hours, winter time."""

    code: str
    weight: int
    utc_offset: int
    timezone: str
    language: str
    blocks: tuple[str, ...]


COUNTRIES = (
    Country("US", 260, -5, "America/New_York", "en-US", ("33.117", "35.165", "20.225", "158.219")),
    Country("DE", 120, 1, "Europe/Berlin", "de-DE", ("77.183", "131.189", "217.84", "91.30")),
    Country("GB", 90, 0, "Europe/London", "en-GB", ("80.168", "51.243", "25.48")),
    Country("FR", 65, 1, "Europe/Paris", "fr-FR", ("86.222", "57.39", "87.90")),
    Country("VN", 60, 7, "Asia/Ho_Chi_Minh", "vi-VN", ("27.69", "113.189", "27.72", "14.252")),
    Country("IN", 60, 5, "Asia/Kolkata", "en-IN", ("117.219", "122.165", "117.225")),
    Country("BR", 45, -3, "America/Sao_Paulo", "pt-BR", ("200.195", "191.6", "177.192")),
    Country("JP", 40, 9, "Asia/Tokyo", "ja-JP", ("221.39", "14.3", "133.108")),
    Country("CA", 40, -5, "America/Toronto", "en-CA", ("9.36", "9.201", "9.246")),
    Country("NL", 35, 1, "Europe/Amsterdam", "nl-NL", ("84.105", "145.177")),
    Country("ES", 30, 1, "Europe/Madrid", "es-ES", ("2.138", "92.57", "81.60")),
    Country("PL", 28, 1, "Europe/Warsaw", "pl-PL", ("83.9", "94.42", "95.51")),
    Country("IT", 26, 1, "Europe/Rome", "it-IT", ("109.114", "213.45")),
    Country("AU", 26, 10, "Australia/Sydney", "en-AU", ("110.141", "49.198")),
    Country("SE", 18, 1, "Europe/Stockholm", "sv-SE", ("195.84", "213.114")),
    Country("KR", 16, 9, "Asia/Seoul", "ko-KR", ("58.120", "1.111")),
    Country("CH", 15, 1, "Europe/Zurich", "de-CH", ("188.63", "81.63")),
    Country("MX", 14, -6, "America/Mexico_City", "es-MX", ("148.210", "187.162")),
    Country("SG", 12, 8, "Asia/Singapore", "en-SG", ("8.219", "117.105")),
    Country("TR", 10, 3, "Europe/Istanbul", "tr-TR", ("85.99", "78.162")),
    Country("ZA", 8, 2, "Africa/Johannesburg", "en-ZA", ("154.69", "165.165")),
    Country("TH", 8, 7, "Asia/Bangkok", "th-TH", ("223.204", "125.27")),
    Country("NG", 6, 1, "Africa/Lagos", "en-NG", ("105.126", "197.210")),
    Country("AR", 6, -3, "America/Argentina/Buenos_Aires", "es-AR", ("181.3", "200.45")),
)


class Device(msgspec.Struct, frozen=True):
    """`{v}` in the user agent is one of `versions`. Sizes in CSS pixels, "width x height"."""

    weight: int
    kind: str
    user_agent: str
    versions: tuple[str, ...]
    sizes: tuple[tuple[str, str], ...]
    """Pairs of screen and viewport."""


_KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
_CHROMES = ("152.0.0.0", "153.0.0.0", "154.0.0.0")
_LARGE = (("1920x1080", "1903x945"), ("1536x864", "1519x730"), ("2560x1440", "2543x1297"), ("1366x768", "1349x625"))
_MACS = (("1440x900", "1440x765"), ("1728x1117", "1728x962"), ("2560x1440", "1680x1240"))
_PHONES = (("412x915", "412x785"), ("360x800", "360x668"), ("393x873", "393x743"))
_IPHONES = (("390x844", "390x664"), ("430x932", "430x746"), ("375x812", "375x635"))

DEVICES = (
    Device(
        230, "desktop", f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_KIT} Chrome/{{v}} Safari/537.36", _CHROMES, _LARGE
    ),
    Device(
        110,
        "desktop",
        f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_KIT} Chrome/{{v}} Safari/537.36",
        _CHROMES,
        _MACS,
    ),
    Device(
        75,
        "desktop",
        f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_APPLE} Version/{{v}} Safari/605.1.15",
        ("18.6", "26.0", "26.1"),
        _MACS,
    ),
    Device(
        70,
        "desktop",
        f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_KIT} Chrome/{{v}} Safari/537.36 Edg/{{v}}",
        _CHROMES,
        _LARGE,
    ),
    Device(
        45,
        "desktop",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{v}) Gecko/20100101 Firefox/{v}",
        ("153.0", "154.0", "140.0"),
        _LARGE,
    ),
    Device(
        22, "desktop", "Mozilla/5.0 (X11; Linux x86_64; rv:{v}) Gecko/20100101 Firefox/{v}", ("153.0", "154.0"), _LARGE
    ),
    Device(
        18,
        "desktop",
        f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_KIT} Chrome/152.0.0.0 Safari/537.36 OPR/{{v}}",
        ("136.0.0.0",),
        _LARGE,
    ),
    Device(
        165,
        "mobile",
        f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) {_APPLE} Version/{{v}} Mobile/15E148 Safari/604.1",
        ("18.6", "26.0", "26.1"),
        _IPHONES,
    ),
    Device(
        150, "mobile", f"Mozilla/5.0 (Linux; Android 10; K) {_KIT} Chrome/{{v}} Mobile Safari/537.36", _CHROMES, _PHONES
    ),
    Device(
        30,
        "mobile",
        f"Mozilla/5.0 (Linux; Android 10; K) {_KIT} SamsungBrowser/{{v}} Chrome/136.0.0.0 Mobile Safari/537.36",
        ("28.0", "29.0"),
        _PHONES,
    ),
    Device(
        10,
        "mobile",
        "Mozilla/5.0 (Android 15; Mobile; rv:{v}) Gecko/{v} Firefox/{v}",
        ("153.0", "154.0"),
        _PHONES,
    ),
    Device(
        30,
        "tablet",
        f"Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) {_APPLE} Version/{{v}} Mobile/15E148 Safari/604.1",
        ("17.7", "18.6"),
        (("820x1180", "820x1106"), ("1024x1366", "1024x1292")),
    ),
    Device(
        12,
        "tablet",
        f"Mozilla/5.0 (Linux; Android 14; SM-X710) {_KIT} Chrome/{{v}} Safari/537.36",
        _CHROMES,
        (("800x1280", "800x1130"),),
    ),
)

BOTS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    f"Mozilla/5.0 (X11; Linux x86_64) {_KIT} HeadlessChrome/152.0.0.0 Safari/537.36",
)


class Source(msgspec.Struct, frozen=True):
    """Whence a visit comes: its referrer, the campaign on its address, and the pages it enters by."""

    weight: int
    referrer: str | None
    campaign: str
    entries: tuple[str, ...]
    bounce: float
    """How much likelier than usual such a visitor leaves after one page."""


SOURCES = (
    Source(310, None, "", ("/", "/", "/", "/pricing", "/templates", "/app", "/login"), 0.85),
    Source(
        270,
        "https://www.google.com/",
        "",
        ("/", "/", "/templates", "/templates/weekly-planner", "/blog/plan-your-week", "/blog/bullet-journal"),
        1.0,
    ),
    Source(
        90,
        "https://www.google.com/",
        "?utm_source=google&utm_medium=cpc&utm_campaign=winter_sale",
        ("/templates", "/pricing", "/templates/budget-sheet"),
        1.15,
    ),
    Source(45, "https://www.bing.com/", "", ("/", "/templates", "/blog/plan-your-week"), 1.0),
    Source(25, "https://duckduckgo.com/", "", ("/", "/blog/bullet-journal", "/docs"), 1.0),
    Source(
        70, None, "?utm_source=newsletter&utm_medium=email&utm_campaign=monthly_digest", ("/blog", "/templates"), 0.8
    ),
    Source(
        45,
        "https://l.instagram.com/",
        "?utm_source=instagram&utm_medium=social&utm_campaign=stories",
        ("/templates/habit-tracker", "/templates"),
        1.3,
    ),
    Source(35, "https://www.facebook.com/", "", ("/", "/blog/plan-your-week"), 1.25),
    Source(30, "https://t.co/q1w2e3", "", ("/blog/bullet-journal", "/"), 1.25),
    Source(28, "https://www.linkedin.com/", "", ("/customers", "/features"), 1.0),
    Source(22, "https://www.reddit.com/", "", ("/templates/habit-tracker", "/"), 1.2),
    Source(18, "https://news.ycombinator.com/", "", ("/docs/api", "/"), 1.3),
    Source(
        20, "https://www.youtube.com/", "?utm_source=youtube&utm_medium=video&utm_campaign=tour", ("/features",), 0.9
    ),
    Source(18, "https://github.com/", "", ("/docs", "/docs/api"), 0.8),
    Source(14, "https://chatgpt.com/", "", ("/templates", "/features"), 0.9),
    Source(12, "https://stationery.blog.example/best-planners", "", ("/templates/weekly-planner",), 0.9),
    Source(
        16,
        "https://partner.example/",
        "?utm_source=partner&utm_medium=affiliate&utm_campaign=back_to_school",
        ("/pricing", "/templates"),
        1.0,
    ),
)


class Page(msgspec.Struct, frozen=True):
    """`seconds` is the median time people stay; `height` in CSS pixels; `leave` the chance that the visit ends here."""

    title: str
    seconds: int
    height: int
    leave: float
    links: tuple[str, ...]


PRODUCTS = {
    "weekly-planner": ("Weekly planner", 12.0),
    "habit-tracker": ("Habit tracker", 9.0),
    "budget-sheet": ("Budget sheet", 15.0),
    "meal-plan": ("Meal plan", 8.0),
    "project-kit": ("Project kit", 39.0),
    "travel-journal": ("Travel journal", 14.0),
    "study-cards": ("Study cards", 11.0),
}
"""Slug → name and price in dollars."""

PAGES = {
    "/": Page("Papermill: planners that stick", 26, 4200, 0.30, ("/templates", "/templates", "/pricing", "/features")),
    "/templates": Page("Templates", 34, 3600, 0.22, tuple(f"/templates/{slug}" for slug in PRODUCTS)),
    "/pricing": Page("Pricing", 44, 2600, 0.30, ("/signup", "/signup", "/features", "/contact")),
    "/features": Page("Features", 38, 3900, 0.28, ("/pricing", "/templates", "/customers")),
    "/customers": Page("Customers", 30, 2900, 0.35, ("/pricing", "/")),
    "/blog": Page("Blog", 24, 2400, 0.30, ("/blog/plan-your-week", "/blog/bullet-journal", "/blog/paper-or-app")),
    "/blog/plan-your-week": Page("How to plan your week", 95, 6800, 0.52, ("/templates/weekly-planner", "/blog", "/")),
    "/blog/bullet-journal": Page("Bullet journals, explained", 110, 7400, 0.55, ("/templates", "/blog", "/")),
    "/blog/paper-or-app": Page("Paper or app?", 85, 5600, 0.55, ("/features", "/blog")),
    "/docs": Page("Documentation", 35, 2200, 0.25, ("/docs/getting-started", "/docs/api", "/app")),
    "/docs/getting-started": Page("Getting started", 80, 4100, 0.35, ("/docs/api", "/app", "/signup")),
    "/docs/api": Page("API reference", 130, 9800, 0.45, ("/docs", "/signup")),
    "/cart": Page("Your cart", 28, 1500, 0.30, ("/checkout", "/checkout", "/templates")),
    "/checkout": Page("Checkout", 75, 1900, 0.38, ("/checkout/thanks",)),
    "/checkout/thanks": Page("Thank you", 15, 1100, 0.70, ("/templates", "/app")),
    "/signup": Page("Create your account", 48, 1300, 0.75, ("/welcome",)),
    "/welcome": Page("Welcome", 22, 1600, 0.15, ("/app", "/docs/getting-started")),
    "/login": Page("Sign in", 14, 1000, 0.20, ("/app",)),
    "/app": Page("My boards", 60, 1800, 0.18, ("/app/board", "/app/board", "/app/board", "/app/settings")),
    "/app/board": Page("Board", 160, 2400, 0.30, ("/app", "/app/board", "/templates")),
    "/app/settings": Page("Settings", 40, 1700, 0.35, ("/app", "/pricing")),
    "/contact": Page("Contact", 32, 1200, 0.55, ("/",)),
} | {
    f"/templates/{slug}": Page(name, 40, 3100, 0.32, ("/templates", "/templates", "/pricing", "/cart"))
    for slug, (name, _) in PRODUCTS.items()
}

FIRST_NAMES = (
    "Ana Ben Chloe Dung Emma Farid Greta Hiro Ines Jonas Kira Linh Marco Nadia Oskar Priya Quinn Rosa Sven Tara"
)
LAST_NAMES = (
    "Alvarez Becker Costa Dubois Evans Fischer Garcia Haas Ito Jansen Kim Larsen Moreau Nguyen Olsen Patel Rossi"
)
COMPANIES = "Acme Brightside Cobalt Drift Elmwood Foxglove Granite Harbor Indigo Juniper"
