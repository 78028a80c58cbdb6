import { Elements, PaymentElement, useElements, useStripe } from '@stripe/react-stripe-js';
import { loadStripe } from '@stripe/stripe-js';
import { type FormEvent, StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';

const clientSecret = new URLSearchParams(window.location.search).get('secret') ?? '';
const stripe = loadStripe('pk_test_shop');

function Form() {
  const stripe = useStripe();
  const elements = useElements();
  const [ready, setReady] = useState(false);
  const [result, setResult] = useState('');
  async function pay(event: FormEvent) {
    event.preventDefault();
    if (!stripe || !elements) return;
    const { error, paymentIntent } = await stripe.confirmPayment({ elements, redirect: 'if_required' });
    setResult(error ? (error.message ?? '') : paymentIntent.status);
  }
  return (
    <form onSubmit={pay}>
      <PaymentElement onReady={() => setReady(true)} />
      <button type="submit" disabled={!ready}>
        Pay
      </button>
      <p id="result" role="status">
        {result}
      </p>
    </form>
  );
}

createRoot(document.querySelector('#root') as HTMLElement).render(
  <StrictMode>
    <Elements stripe={stripe} options={{ clientSecret }}>
      <Form />
    </Elements>
  </StrictMode>,
);
