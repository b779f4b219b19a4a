# Sourced by the scripts beside it: names their steps, and prints at the end how long each took.

# A tool that the toolchain does not bring is installed once, into the target folder.
tools="${CARGO_TARGET_DIR:-$PWD/target}/tools"
export PATH="$tools/bin:$PATH"

table="" name="" begin=0 before=0

# Prints the processor time of all that this shell has run, in seconds; nothing on a system without /proc.
processor_seconds() {
    [ ! -r "/proc/$$/stat" ] || awk -v ticks="$(getconf CLK_TCK)" '{ print int(($16 + $17) / ticks) }' "/proc/$$/stat"
}

# Begins a step, and ends the one before.
step() {
    end_step
    name=$1 begin=$SECONDS before=$(processor_seconds)
    printf '\n== %s\n' "$name"
}

end_step() {
    [ -n "$name" ] || return 0
    local after line
    after=$(processor_seconds)
    line=$(printf '%5d s %6s s  %s' $((SECONDS - begin)) "$((${after:-0} - ${before:-0}))" "$name")
    table="$table$line
"
    printf -- '-- %s\n' "$line"
    name=""
}

report() {
    local status=$?
    end_step
    printf '\n   time  processor\n%s%5d s           in all\n' "$table" "$SECONDS"
    [ "$status" -eq 0 ] || printf 'failed: status %d\n' "$status"
}
trap report EXIT
