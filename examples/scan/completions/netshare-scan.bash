# SPDX-License-Identifier: Apache-2.0
# Completion of netshare-scan for bash.
_netshare_scan()
{
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
    local name=$previous options
    if [[ $current == = || $previous == = ]]; then
        [[ $previous == = ]] && name=${COMP_WORDS[COMP_CWORD-2]}
        [[ $current == = ]] && current=
    fi
    COMPREPLY=()
    case $name in
    --format)
        mapfile -t COMPREPLY < <(compgen -W 'ecs text csv sarif' -- "$current")
        return ;;
    --explain-format)
        mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$current")
        return ;;
    --explain)
        if [[ $previous == = ]]; then
            mapfile -t COMPREPLY < <(compgen -W 'all' -- "$current")
            return
        fi ;;
    --source)
        mapfile -t COMPREPLY < <(compgen -W \
            'automatic ecs winlog winlogbeat6 evtx flat endgame endgame-index' -- "$current")
        return ;;
    -e | --query | -j | --jobs | --max-signals)
        return ;;
    esac
    if [[ $current == -* ]]; then
        if [[ ${COMP_WORDS[1]} == test ]]; then
            options='--verbose --junit --quiet --help --version'
        else
            options='--builtin --rules --query --except --all-indices --source --jobs --follow --strict
                --format --text --explain --explain-format --schedule --max-signals --navigator
                --coverage --quiet --help --version'
        fi
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
        return
    fi
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
    if [[ $COMP_CWORD -eq 1 && test == "$current"* ]]; then
        COMPREPLY+=(test)
    fi
}
complete -o filenames -F _netshare_scan netshare-scan
