/** Which script is being built: tracker.js, or gosight.js and its recorder. What the other one has of its own falls away. */
declare const TRACKER: boolean;
