#!/usr/bin/env bash
# Why this exists: README's starts must work as they are written, with data and a network that are not the digits.
#
# Takes the commands from README itself: the first block of the start with a board, and of the start with PyTorch. What
# they name is put where they look for it: pictures of two classes, and a network of colours from PyTorch. A board that
# is not here is not flashed.
set -euo pipefail
cd "$(dirname "$0")/.."
source tests/setup.sh
source tests/projects.sh

# commands HEADING: of the first block after it.
commands() {
    sed -n -e "/^## $1/,/^\`\`\`\$/{/^\`\`\`sh/,/^\`\`\`\$/{/^\`\`\`/!p}}" README.md |
        sed -e "s#\.\./#$projects/#g" -e "s#\bnet\.#$projects/net.#g" -e 's/ *#.*//'
}

# follow HEADING: its commands one after the other.
follow() {
    local script
    script=$(commands "$1" | grep -v '(cd firmware ')
    [ "$(wc -l <<<"$script")" -ge 4 ] || { echo "readme: no commands under $1"; exit 1; }
    echo "$script"
    bash -euo pipefail -c "$script" || { echo "readme: the commands under $1 fail"; exit 1; }
    echo "readme: the commands under $1 work"
}

python3 tests/mutations/pictures.py "$projects/pictures" 2 3 6 4
mv "$projects/pictures/class a0" "$projects/pictures/cat"
mv "$projects/pictures/class h1" "$projects/pictures/dog"
cp tests/data/onnx/colours.onnx "$projects/net.onnx"
cp tests/data/onnx/colours.safetensors "$projects/net.safetensors"
follow "I have a network in PyTorch, Keras or TensorFlow Lite"
# Pictures that a camera could give.
rm -r "$projects/pictures"
python3 tests/mutations/pictures.py "$projects/pictures" 3 3 32 32
follow "I have a board and a sensor or camera"
