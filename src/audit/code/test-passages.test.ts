import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testPassages } from './test-passages.ts'

const rust = `pub const NAME: &str = "x";

#[cfg(test)]
mod helpers;

fn brace() -> char {
    '{'
}

#[cfg(all(test, feature = "live"))]
mod tests {
    // }
    const OPEN: char = '{';
    const BODY: &str = r#"
}
"#;
    #[tokio::test]
    async fn asks<'a>() {
        assert_eq!("\\"}", ask("{{"));
    }
}

pub fn after() {}
`

test('unit tests of Rust are told from the code around them', () => {
  assert.deepEqual(testPassages('src/lib.rs', rust), [
    { from: 3, to: 4 },
    { from: 10, to: 21 },
  ])
})

test('a preview of SwiftUI is no work', () => {
  const swift = `let model = "a"
struct Page_Previews: PreviewProvider {
    static var previews: some View { Page(text: """
    }
    """) }
}
#Preview("dark") {
    Page()
}
let other = "b"
`
  assert.deepEqual(testPassages('App/Page.swift', swift), [
    { from: 2, to: 6 },
    { from: 7, to: 9 },
  ])
})

test('other languages keep tests in files of their own, and an item that never closes ends with the file', () => {
  assert.deepEqual(testPassages('src/lib.py', rust), [])
  assert.deepEqual(testPassages('src/lib.rs', '#[test]\nfn open() {\n"'), [{ from: 1, to: 3 }])
})
