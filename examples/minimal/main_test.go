package main

func Example() {
	main()
	// Output:
	// Order desk [REDACTED] true
	// [https://orders.example.com/oauth/* https://new.example.com/oauth/*]
}
