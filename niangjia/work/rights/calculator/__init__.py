"""The rights calculator (维权计算器): what a worker may claim, step by step, each step with its article. No database, no request.

Money is Decimal yuan, rounded half up to the fen at these points: the wage base, each product of wage and months, each month of double
wage, each kind of overtime, each sum for days of leave. Sums of rounded amounts are exact.
"""
