/** Where this server answers otherwise than the reference on purpose, and why. */
export const differences = {
  "where it is":
    "After an action the page's title and URL are said too, so that no call asks for it.",
  "size of pictures":
    "Without width and height the view is 1,280 x 720, which models see well; the reference has 800 x 600.",
  "form of pictures": "JPEG, since a PNG of the same page costs a client many times the bytes.",
  "size that is said":
    "A picture of an element is said to have its own size; the reference says the view's.",
  "HTTP status": "An answer of 400 and above is named, since an error page can look like any page.",
  "what was there": "A fill replaces what a field holds; the reference types after it.",
  "no such option":
    "A choice the element does not have is an error; the reference reports success and chooses nothing.",
  "private addresses": "They are refused unless the operator names them: pages lead agents there.",
  "files of the machine": "file: is refused: it reads whatever the server's user can read.",
  "launch options": "How the browser starts is the operator's: it can mean running any program.",
} as const;

export type Difference = keyof typeof differences;

export interface Step {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** The named difference this step shows. */
  readonly differs?: Difference;
}

export const pages = {
  // Browsers ask for it when they like, and what is not there they tell the console.
  "/favicon.ico": "",
  "/": `<title>Shop</title><h1>Order</h1>
<form action="/receipt">
<input id="name" name="name"><input id="held" value="old"><textarea id="note"></textarea>
<select id="size" name="size"><option value="s">Small</option><option value="l">Large</option></select>
<button id="go">Order</button></form>
<p id="tip" style="width:200px;height:40px">tip</p><p id="said">nothing</p>
<script>
for (const [id, event] of [["name", "input"], ["size", "change"], ["tip", "mouseover"]]) {
  document.getElementById(id).addEventListener(event, () => { said.textContent = event + " " + id; });
}
console.log("loaded");
</script>`,
  "/receipt": "<title>Receipt</title><h1>Thank you</h1>",
};

/** What a page has come to, the same for both. */
export const probe = `({
  url: location.pathname + location.search, title: document.title,
  text: document.body.innerText, fields: [...document.querySelectorAll("input,textarea,select")].map((field) => field.value),
})`;

/** `<S>` stands for the site, which may be visited, and `<P>` for one that may not. */
export const steps: readonly Step[] = [
  ...all("puppeteer_navigate", { url: "<S>/" }),
  ...all(
    "puppeteer_fill",
    { selector: "#name", value: "Ada Lovelace" },
    { selector: "#note", value: "Grüße, 世界" },
  ),
  ...all(
    "puppeteer_select",
    { selector: "#size", value: "l" },
    { selector: "#size", value: "s" },
    { selector: "#name", value: "s" },
  ),
  ...all("puppeteer_hover", { selector: "#tip" }),
  ...all(
    "puppeteer_evaluate",
    { script: "1 + 1" },
    { script: "document.title" },
    { script: "({ a: [1, 'two', null, { b: true }] })" },
    { script: "[...document.querySelectorAll('option')].map((one) => one.label)" },
    { script: "undefined" },
    { script: "null" },
    { script: "Promise.resolve('later')" },
    { script: "console.log('said', 1); console.info('told'); console.error('wrong'); 'done'" },
    { script: "throw new Error('no')" },
    { script: "this is not a script" },
  ),
  ...all(
    "puppeteer_screenshot",
    { name: "view", width: 640, height: 400 },
    { name: "text", width: 320, height: 200, encoded: true },
  ),
  ...all("puppeteer_click", { selector: "#go" }, { selector: "#missing" }, { selector: "##" }),
  ...all(
    "puppeteer_navigate",
    { url: "<S>/?second" },
    { url: "not a url" },
    { url: "http://" },
    { url: "<S>/" },
  ),
  ...all("puppeteer_unknown", {}),
  differs("size that is said", "puppeteer_screenshot", {
    name: "part",
    selector: "#tip",
    width: 640,
    height: 400,
  }),
  differs("HTTP status", "puppeteer_navigate", { url: "<S>/missing" }),
  ...all("puppeteer_navigate", { url: "<S>/" }),
  differs("size of pictures", "puppeteer_screenshot", { name: "default" }),
  differs("what was there", "puppeteer_fill", { selector: "#held", value: "new" }),
  differs("no such option", "puppeteer_select", { selector: "#size", value: "xl" }),
  differs("private addresses", "puppeteer_navigate", { url: "<P>/" }),
  differs("files of the machine", "puppeteer_navigate", { url: "file:///etc/hostname" }),
  differs("launch options", "puppeteer_navigate", {
    url: "<S>/",
    launchOptions: { headless: true },
    allowDangerous: true,
  }),
];

function all(tool: string, ...calls: readonly Step["args"][]): Step[] {
  return calls.map((args) => ({ tool, args }));
}

function differs(difference: Difference, tool: string, args: Step["args"]): Step {
  return { tool, args, differs: difference };
}
