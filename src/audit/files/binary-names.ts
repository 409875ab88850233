/** Files whose name says that they hold no text: not opened at all. */
const binaryNames =
  /\.(?:7z|a|aac|ai|avi|avif|bin|bmp|br|bz2|class|cur|db|deb|dll|dmg|dylib|ear|eot|exe|flac|gif|gz|heic|icns|ico|jar|jpe?g|jxl|ko|lib|lz4|m4a|m4v|mkv|mov|mp[34]|mpe?g|nupkg|o|obj|odt|og[gv]|onnx|otf|parquet|pdf|png|psd|pt|pth|pyc|pyd|rar|rpm|safetensors|so|sqlite3?|tar|tgz|tiff?|ttc|ttf|war|wasm|wav|web[mp]|whl|wmv|woff2?|xls[xb]?|docx?|pptx?|xz|zip|zst)$/i

export function hasBinaryName(path: string): boolean {
  return binaryNames.test(path)
}
