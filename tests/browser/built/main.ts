import { each } from "tiny-each";
import { Cart, priceOf } from "./cart";

const cart = new Cart().add({ name: "Planner", price: { cents: 900 } });

function renderTotal(): void {
  let sum = 0;
  each(cart.items, (item) => {
    sum += priceOf(item);
  });
  document.querySelector("output")!.textContent = String(sum);
}

document.querySelector("button")!.addEventListener("click", () => {
  cart.add({ name: "Gift", price: null });
  renderTotal();
});
renderTotal();
