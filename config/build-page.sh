# Sourced, with `root` set: builds the web page into web/dist, from where Maven takes it into the coordinator's jar.

# Whether Node.js is here and new enough for what builds it.
page_can_be_built() {
  command -v npm >/dev/null && command -v node >/dev/null || return 1
  node -e 'const [a, b] = process.versions.node.split(".").map(Number);
    process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)'
}

# What it is made of has changed, or it was never built.
page_is_old() {
  local made="$root/web/dist/files.txt"
  [[ ! -f "$made" ]] || [[ -n "$(find "$root"/web/src "$root"/web/public "$root"/web/*.* -newer "$made" -print -quit)" ]]
}

# build_page LOG: fetches exactly what the lock file names, and builds.
build_page() {
  page_is_old || return 0
  # What Maven copied of the page before: names have hashes in them, and would pile up in the jar.
  rm -rf "$root"/coordinator/target/classes/io/seedfall/coordinator/page \
    "$root"/coordinator/target/product/classes/io/seedfall/coordinator/page
  (cd "$root/web" && npm ci && npm run build) >"$1" 2>&1
}
