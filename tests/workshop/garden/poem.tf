resource "okta_group" "garden" {
  name        = "The Garden"
  description = <<POEM
When daisies pied and violets blue
And lady-smocks all silver-white
And cuckoo-buds of yellow hue
Do paint the meadows with delight.  
POEM  
}
