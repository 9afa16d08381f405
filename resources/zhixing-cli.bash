# SPDX-License-Identifier: GPL-3.0-or-later
# bash completion for zhixing-cli

_zhixing_cli ()
{
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W 'look new check run report export info area fit crossvalidate sample locate flow hosting n1 --help --version' -- "$word"))
    return
  fi
  case $previous in
    --until|-u) COMPREPLY=($(compgen -W 'check seal travel heat headroom believe score choose' -- "$word")); return ;;
    --format) COMPREPLY=($(compgen -W 'orlib-pmed orlib-cap pmedcap tsplib-pmedian mclp' -- "$word")); return ;;
    --lang) COMPREPLY=($(compgen -W 'zh_CN en' -- "$word")); return ;;
    --priors) COMPREPLY=($(compgen -W 'pc stan' -- "$word")); return ;;
    --likelihood) COMPREPLY=($(compgen -W 'poisson negative-binomial' -- "$word")); return ;;
    --size) COMPREPLY=($(compgen -W 'town city province' -- "$word")); return ;;
    --layer) COMPREPLY=($(compgen -W 'sites candidates cells stations transformer_area roads findings usage_heat vehicle_heat shortfall area_profiles area_hours pile_profiles user_profiles feeder_nodes feeder_branches service_areas' -- "$word")); return ;;
    --set) compopt -o nospace 2>/dev/null
           COMPREPLY=($(compgen -S = -W "$(zhixing-cli run --help-settings 2>/dev/null | cut -d' ' -f1)" -- "$word")); return ;;
  esac
  if [[ $word == -* ]]; then
    local options='--help'
    case $command in
      look) options+=' --recipe' ;;
      new) options+=' --name' ;;
      check) options+=' --all' ;;
      run) options+=' --until --sites --budget --time-limit --require --ban --forget-locks --speeds --set --help-settings' ;;
      report) options+=' --output --lang --client --logo --leave-out' ;;
      export) options+=' --output --layer' ;;
      info) options+=' --json' ;;
      area) options+=' --at --minutes --hour --arriving --output' ;;
      fit) options+=' --areas --stations --cells --edges --output --checks --weights --classes --vehicles --vehicles-area --replaces --joint --likelihood --covariates --priors --coefficient-sd --intercept-sd --sigma --sigma-op --psi --phi --draws --mode-only --seed --threads' ;;
      crossvalidate) options+=' --stations --cells --edges --folds --members --covariates --output --seed --threads' ;;
      sample) options+=' --size --seed' ;;
      locate) options+=' --format --sites --radius --capacity --fixed-cost --time-limit --require --ban --existing --nearest --json' ;;
      flow) options+=' --output --series --start --power-factor --newton --column --base-mva' ;;
      hosting) options+=' --column --base-mva --output --series --queue --scan --together --charge-hours --spread --site-kw --draws --seed --node --want' ;;
      n1) options+=' --output --column --base-mva' ;;
    esac
    COMPREPLY=($(compgen -W "$options" -- "$word"))
    return
  fi
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -f -- "$word"))
}
complete -F _zhixing_cli zhixing-cli
