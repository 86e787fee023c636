"""Numbers for signals by the names of products that publish theirs, for those who want to compare or are used to them.

Only what a product documents is set; the rest stays as the project has it. FullStory, Hotjar, Contentsquare, LogRocket
and Microsoft Clarity describe their signals without numbers, so they are not here. Every product's rule differs in more
than its numbers (what an element is, from where a distance is measured): ours is applied with theirs.
"""

import msgspec

from gosight.control import SignalSettings


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """`signals` is laid over `settings.signals`. `source` is where the product says so; null for our own defaults."""

    id: str
    name: str
    signals: dict[str, int]
    source: str | None


PRESETS = (
    Preset(id="gosight", name="GoSight", signals=msgspec.to_builtins(SignalSettings()), source=None),
    # Defaults of `RageclickConfig`: click_count 3, threshold_px 30 (between clicks), timeout_ms 1000 (first to last).
    # Of `DeadClicksAutoCaptureConfig`, in the types of posthog-js: mutation_threshold_ms 2500.
    Preset(
        id="posthog",
        name="PostHog",
        signals={"rage_clicks": 3, "rage_window_ms": 1_000, "rage_radius_px": 30, "dead_window_ms": 2_500},
        source="https://posthog.com/docs/references/posthog-js-1.292.0/types/RageclickConfig",
    ),
    # Rage: more than three clicks on an element in a sliding window of one second.
    Preset(
        id="datadog",
        name="Datadog RUM",
        signals={"rage_clicks": 4, "rage_window_ms": 1_000},
        source="https://docs.datadoghq.com/real_user_monitoring/application_monitoring/browser/frustration_signals/",
    ),
    # Dead: no update of the DOM and no scroll within 7 seconds; rage: 3 such clicks or more within those 7 seconds.
    Preset(
        id="sentry",
        name="Sentry",
        signals={"rage_clicks": 3, "rage_window_ms": 7_000, "dead_window_ms": 7_000},
        source="https://docs.sentry.io/platforms/javascript/guides/react-router/session-replay/issue-types/",
    ),
    # Defaults in its SDK's types: DEFAULT_RAGE_CLICK_THRESHOLD 4, DEFAULT_RAGE_CLICK_WINDOW_MS 1000,
    # DEFAULT_DEAD_CLICK_WINDOW_MS 3000.
    Preset(
        id="amplitude",
        name="Amplitude",
        signals={"rage_clicks": 4, "rage_window_ms": 1_000, "dead_window_ms": 3_000},
        source="https://github.com/amplitude/Amplitude-TypeScript/tree/main/packages/analytics-core/src/types",
    ),
)
