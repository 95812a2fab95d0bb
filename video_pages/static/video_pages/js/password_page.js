/* The password form of a page; see password_form.js. */

import { bindPasswordForms } from "./password_form.js";

bindPasswordForms();
