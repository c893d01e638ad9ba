/** A page with a field of every kind. */
const form = `<title>Form</title><h1>Order</h1>
<form action="/done">
<label>Name <input id="name" name="name" value="old"></label>
<label>Note <textarea id="note"></textarea></label>
<label>Password <input id="pw" type="password" value="hunter2"></label>
<label>Size <select id="size" name="size"><option value="s">Small</option><option value="l">Large</option></select></label>
<label><input id="box" type="checkbox" name="box"> Gift</label>
<label>Day <input id="day" type="date" name="day"></label>
<div id="rich" contenteditable="true">rich</div>
<input id="file" type="file" multiple>
<button id="go">Send</button>
</form>
<p id="said"></p>
<script>document.querySelector("#name").addEventListener("input", (e) => { said.textContent = e.target.value; });</script>`;

/** The page with the form, and the one it leads to. */
export const pages = { "/": form, "/done": "<title>Done</title><p>Thank you</p>" };
