# Sourced by ./seedfall and ./check: finds a JDK and exports JAVA_HOME, or says in words what is missing.

# Java reads and writes file names in the locale's encoding; in the POSIX locale it could not open
# half of the world's files.
if [[ "$(locale charmap 2>/dev/null)" != UTF-8 ]]; then
  export LC_ALL=C.UTF-8
fi

fail() {
  echo "seedfall: $*" >&2
  exit 1
}

# The major version of the JDK in directory $1, empty when there is none. Reads its `release` file:
# starting java only to ask costs a tenth of a second.
jdk_major() {
  local line
  [[ -x "$1/bin/java" && -x "$1/bin/javac" && -r "$1/release" ]] || return 0
  while IFS= read -r line; do
    if [[ "$line" =~ ^JAVA_VERSION=\"([0-9]+) ]]; then
      echo "${BASH_REMATCH[1]}"
      return 0
    fi
  done <"$1/release"
}

# Takes the first JDK of at least version $1: JAVA_HOME, the directories where systems keep their
# JVMs, the `java` on the PATH.
find_jdk() {
  local wanted="$1" home major seen=()
  local homes=("${JAVA_HOME:-}" /usr/lib/jvm/* /usr/java/* /usr/local/java/* /opt/java/* /opt/jdk*
    "${HOME:-/nonexistent}"/.jdks/* "${HOME:-/nonexistent}"/.sdkman/candidates/java/*)
  if command -v java >/dev/null; then
    homes+=("$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")")
  fi
  for home in "${homes[@]}"; do
    [[ -n "$home" ]] || continue
    major="$(jdk_major "$home")"
    if [[ -n "$major" ]] && ((major >= wanted)); then
      export JAVA_HOME="$home"
      return 0
    fi
    [[ -z "$major" ]] || seen+=("$major in $home")
  done
  local found="none was found"
  ((${#seen[@]} == 0)) || found="found only $(printf '%s, ' "${seen[@]}" | sed 's/, $//')"
  fail "JDK $wanted or later is needed, $found: install one (Temurin, for instance) or set JAVA_HOME to it"
}
