/** A small shop: customers, products, orders and reviews over two years, the same each time. */
export const demoData = `
CREATE TABLE customers (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL UNIQUE,
  country text NOT NULL,
  joined_on date NOT NULL
);
COMMENT ON TABLE customers IS 'People who have an account.';
CREATE TABLE products (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  category text NOT NULL,
  price numeric(10, 2) NOT NULL CHECK (price > 0),
  attributes jsonb NOT NULL DEFAULT '{}'
);
COMMENT ON COLUMN products.price IS 'In euros, with tax.';
CREATE TYPE order_status AS ENUM ('placed', 'paid', 'shipped', 'delivered', 'returned');
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id integer NOT NULL REFERENCES customers,
  status order_status NOT NULL,
  placed_at timestamptz NOT NULL
);
CREATE INDEX orders_customer_idx ON orders (customer_id);
CREATE TABLE order_items (
  order_id bigint NOT NULL REFERENCES orders,
  line integer NOT NULL,
  product_id integer NOT NULL REFERENCES products,
  quantity integer NOT NULL CHECK (quantity > 0),
  unit_price numeric(10, 2) NOT NULL,
  PRIMARY KEY (order_id, line)
);
CREATE TABLE reviews (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product_id integer NOT NULL REFERENCES products,
  customer_id integer NOT NULL REFERENCES customers,
  stars integer NOT NULL CHECK (stars BETWEEN 1 AND 5),
  body text,
  written_at timestamptz NOT NULL
);
INSERT INTO customers (name, email, country, joined_on)
SELECT first || ' ' || last, lower(first || '.' || last || n) || '@example.com',
  (ARRAY['DE', 'FR', 'NL', 'ES', 'PL', 'SE'])[n % 6 + 1], date '2024-01-01' + (n * 7) % 600
FROM generate_series(1, 120) n,
  LATERAL (SELECT (ARRAY['Ada', 'Ben', 'Chloe', 'David', 'Elif', 'Femke', 'Goran', 'Hanna',
    'Ivan', 'Julia', 'Kofi', 'Lena'])[n % 12 + 1] AS first,
  (ARRAY['Adler', 'Bakker', 'Costa', 'Dubois', 'Ek', 'Fischer', 'Garcia'])[n % 7 + 1] AS last) names;
INSERT INTO products (name, category, price, attributes)
SELECT category || ' ' || model, category, round(base * (1 + n % 5 * 0.17), 2),
  jsonb_build_object('color', (ARRAY['black', 'white', 'green', 'red'])[n % 4 + 1],
    'weight_g', 120 + n * 37 % 900)
FROM generate_series(1, 40) n,
  LATERAL (SELECT (ARRAY['Lamp', 'Chair', 'Kettle', 'Backpack', 'Headphones'])[n % 5 + 1] AS category,
    (ARRAY['One', 'Air', 'Pro', 'Mini', 'Max', 'Lite', 'Duo', 'Neo'])[n % 8 + 1] AS model,
    (ARRAY[39, 129, 49, 79, 99])[n % 5 + 1]::numeric AS base) named;
INSERT INTO orders (customer_id, status, placed_at)
SELECT n * 31 % 120 + 1,
  (enum_range(NULL::order_status))[CASE WHEN n > 780 THEN n % 3 + 1 ELSE 4 + (n % 17 = 0)::int END],
  timestamptz '2024-02-01 08:00+00' + n * interval '19 hours 13 minutes'
FROM generate_series(1, 800) n;
INSERT INTO order_items (order_id, line, product_id, quantity, unit_price)
SELECT o.id, line, p.id, (o.id * line % 3 + 1)::int, p.price
FROM orders o, generate_series(1, 3) line
JOIN LATERAL (SELECT id, price FROM products WHERE id = (o.id * 7 + line * 11) % 40 + 1) p ON true
WHERE line <= o.id % 3 + 1;
INSERT INTO reviews (product_id, customer_id, stars, body, written_at)
SELECT n * 13 % 40 + 1, n * 17 % 120 + 1, 5 - (n * n) % 5 * (n % 3) / 2,
  (ARRAY['Does what it should.', 'Broke after a month.', 'My favourite so far.', NULL,
    'Fine for the price.'])[n % 5 + 1],
  timestamptz '2024-06-01 12:00+00' + n * interval '31 hours'
FROM generate_series(1, 300) n;
CREATE VIEW monthly_revenue AS
SELECT date_trunc('month', o.placed_at)::date AS month, count(DISTINCT o.id) AS orders,
  sum(i.quantity * i.unit_price) AS revenue
FROM orders o JOIN order_items i ON i.order_id = o.id
WHERE o.status <> 'returned'
GROUP BY 1;
COMMENT ON VIEW monthly_revenue IS 'Revenue by month, without what was returned.';
ANALYZE;
`;
