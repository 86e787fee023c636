"""What browsers load: the dashboard, the SDK and its types, built into `dist` when the package is built.

Owns no data. `Assets` finds and serves the files; the sources stand beside it in TypeScript.
"""

from gosight.web.assets import Asset, Assets

__all__ = ["Asset", "Assets"]
