curl --include "@TRACKING@/t/YOUR_SLUG"
