/** Texts that an agent may put out to act in, or to take apart, what shows them. */
export const hostileTexts: Record<string, string> = {
  markup: '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script><svg onload="window.pwned=1">',
  'a closing tag': '</p></pre></script><iframe srcdoc="<script>parent.pwned=1</script>"></iframe>',
  'a script link': 'javascript:window.pwned=1',
  'colours and cursor moves': '\u001b[2J\u001b[1;1H\u001b[31mred\u001b[0m\u009b31m',
  'a window title': '\u001b]0;owned\u0007\u001b]2;owned\u001b\\',
  'a hyperlink': '\u001b]8;;javascript:window.pwned=1\u0007click\u001b]8;;\u0007',
  'a clipboard write': '\u001b]52;c;cm0gLXJmIC8K\u0007',
  'bidirectional overrides': '\u202eevil\u2066\u202d\u2067 \u200f\u061c',
  'no characters at all': '\u0000\u0001\ufffe\uffff',
  'lone surrogates': '\ud800 \udfff',
  'a tower of marks': `Z${'\u0301'.repeat(500)}`,
  'wide characters': '\ufdfd'.repeat(300),
  'one long word': 'W'.repeat(20_000),
  'many lines': 'x\n'.repeat(2000),
  'template braces': '{count} ${window.pwned=1} {{7*7}} $& %s',
};
